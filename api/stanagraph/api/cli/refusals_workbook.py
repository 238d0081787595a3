"""Why a workbook is refused, in the words of its reader, to be translated here."""

from __future__ import annotations

from ..words import message

WHY = (
    message("this is no XLSX workbook"),
    message("the file is damaged or cut off: {detail}"),
    message("the file is empty"),
    message("the workbook is protected by a password: save a copy without one (File, Info, Protect Workbook)"),
    message("this is a workbook in the old format of Excel: open it and save it as “Excel Workbook (*.xlsx)”"),
    message("this is a binary workbook: open it and save it as “Excel Workbook (*.xlsx)”"),
    message("this is an OpenDocument file: open it and save it as “Excel Workbook (*.xlsx)”"),
    message(
        "the workbook holds macros, which are never accepted: save it as “Excel Workbook (*.xlsx)”, which drops them"
    ),
    message("this is {what}, not a workbook"),
    message("the file has {size} bytes; {most} are allowed"),
    message("the file unpacks to more than {most} bytes, which is what a decompression bomb does"),
    message("the file has more than {most} parts"),
    message("{part} declares a document type, which no workbook needs and an entity bomb does"),
    message("the file cannot be read: {detail}"),
    message("its cells hold more than {most} bytes of different texts: split it into several workbooks"),
    message("{part} has a cell with more than {most} characters"),
    message("line {line} holds a NUL byte, which no text does"),
    message("this is text in UTF-16: save it as “CSV UTF-8 (comma delimited)”"),
    message("line {line} is neither UTF-8 nor Windows-1252: save the file as “CSV UTF-8 (comma delimited)”"),
    message("no table is called {given}{near}; there are {tables}"),
    message("no sheet is named after a table; there are {tables}{near}"),
    message("there is nothing to load: no table has a row"),
    message("more than {most} rows; split the workbook, or raise `entries` of [limits] in stanagraph.toml"),
    message("the merged cells of this sheet contradict each other"),
)
