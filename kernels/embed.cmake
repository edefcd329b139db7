# Turns one OpenCL C file into a C file that holds it as a byte array:
#
#     cmake -DINPUT=x.cl -DOUTPUT=x_cl.c -DSYMBOL=gpuc_kernel_x -P embed.cmake
#
# Each `#include "y.h"` is replaced by the text of that file, so the array is the whole
# program: no include path is needed at run time. Include guards stay and do their work.
# A byte array, as string literals have a length limit in ISO C.
cmake_minimum_required(VERSION 3.20)

foreach(argument INPUT OUTPUT SYMBOL)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "embed.cmake: -D${argument}=... is missing")
  endif()
endforeach()

# Puts the text of `file`, includes expanded, into `result`. Further arguments: the files
# that are being expanded around it.
function(expand file result)
  if("${file}" IN_LIST ARGN)
    message(FATAL_ERROR "embed.cmake: ${file} includes itself")
  endif()
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "embed.cmake: there is no file ${file}")
  endif()
  get_filename_component(folder "${file}" DIRECTORY)
  file(READ "${file}" rest)
  set(text "")
  while("${rest}" MATCHES "(^|\n)[ \t]*#[ \t]*include[ \t]*\"([^\"\n]+)\"[^\n]*")
    # The parts before and after the directive; a find on the match keeps `;` and `[` whole.
    set(directive "${CMAKE_MATCH_0}")
    set(name "${CMAKE_MATCH_2}")
    string(FIND "${rest}" "${directive}" start)
    string(LENGTH "${directive}" length)
    math(EXPR end "${start} + ${length}")
    string(SUBSTRING "${rest}" 0 ${start} before)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    get_filename_component(name "${folder}/${name}" ABSOLUTE)
    expand("${name}" included "${file}" ${ARGN})
    string(APPEND text "${before}\n${included}")
  endwhile()
  set(${result} "${text}${rest}" PARENT_SCOPE)
endfunction()

get_filename_component(input "${INPUT}" ABSOLUTE)
get_filename_component(name "${INPUT}" NAME)
expand("${input}" source)
if("${source}" MATCHES "[^\t\n -~]")
  message(FATAL_ERROR "embed.cmake: ${name} or a file it includes is not plain ASCII")
endif()

string(HEX "${source}" hex)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
# 16 bytes a line.
string(REPEAT "0x..," 16 line)
string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
file(WRITE "${OUTPUT}" "/* Made by kernels/embed.cmake from kernels/${name}. */
#include \"host/opencl/cl_program.h\"

const char ${SYMBOL}[] = {
    ${bytes}0x00,
};
")
