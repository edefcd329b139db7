# kernels/embed.cmake: the bytes it embeds, and what it refuses.
cmake_minimum_required(VERSION 3.20)
get_filename_component(embed ${CMAKE_CURRENT_LIST_DIR}/../../kernels/embed.cmake ABSOLUTE)
set(folder ${CMAKE_CURRENT_BINARY_DIR}/test_embed)
file(MAKE_DIRECTORY ${folder}/inner)

function(embed name)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DINPUT=${folder}/${name} -DOUTPUT=${folder}/out.c
      -DSYMBOL=symbol -P ${embed}
    RESULT_VARIABLE result ERROR_VARIABLE message)
  set(result ${result} PARENT_SCOPE)
  # CMake breaks the lines of its messages.
  string(REGEX REPLACE "[ \n]+" " " message "${message}")
  set(message "${message}" PARENT_SCOPE)
endfunction()

function(expect_bytes name expected)
  embed(${name})
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${name}: ${message}")
  endif()
  file(READ ${folder}/out.c array)
  string(REGEX MATCHALL "0x[0-9a-f][0-9a-f]" bytes "${array}")
  string(REPLACE "0x" "" bytes "${bytes}")
  string(REPLACE ";" "" bytes "${bytes}")
  string(HEX "${expected}" hex)
  if(NOT bytes STREQUAL "${hex}00")
    message(FATAL_ERROR "${name}: embedded ${bytes}, expected ${hex}00")
  endif()
endfunction()

function(expect_failure name pattern)
  embed(${name})
  if(result EQUAL 0 OR NOT message MATCHES "${pattern}")
    message(FATAL_ERROR "${name}: exit ${result}, message ${message}")
  endif()
endfunction()

# What CMake's lists and strings are known to mangle.
file(WRITE ${folder}/plain.cl "int a[2]; /* ; \\ \\\" \${x} @y@ [[ ]] # */\n\n;;\t;\n")
expect_bytes(plain.cl "int a[2]; /* ; \\ \\\" \${x} @y@ [[ ]] # */\n\n;;\t;\n")

# Includes in includes, from the folder of the file that has them; <...> stays.
file(WRITE ${folder}/outer.cl "a;\n#include \"inner/b.h\"\n  #  include \"inner/b.h\" // x\nz;\n")
file(WRITE ${folder}/inner/b.h "#include <c.h>\n#include \"d.h\"\nb;\n")
file(WRITE ${folder}/inner/d.h "d;\n")
set(b "#include <c.h>\nd;\n\nb;\n")
expect_bytes(outer.cl "a;\n${b}\n${b}\nz;\n")

file(WRITE ${folder}/first.cl "#include \"inner/d.h\"")
expect_bytes(first.cl "\nd;\n")
file(WRITE ${folder}/empty.cl "")
expect_bytes(empty.cl "")

file(WRITE ${folder}/self.cl "#include \"self.cl\"\n")
expect_failure(self.cl "includes itself")
file(WRITE ${folder}/ring.cl "#include \"inner/ring.h\"\n")
file(WRITE ${folder}/inner/ring.h "#include \"../ring.cl\"\n")
expect_failure(ring.cl "includes itself")
file(WRITE ${folder}/missing.cl "#include \"none.h\"\n")
expect_failure(missing.cl "there is no file")
string(ASCII 195 188 umlaut)
file(WRITE ${folder}/umlaut.cl "/* ${umlaut} */\n")
expect_failure(umlaut.cl "not plain ASCII")
