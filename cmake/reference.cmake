# Target `doc`: the reference of the C interface as HTML, where Doxygen is installed.
configure_file(cmake/Doxyfile.in ${CMAKE_BINARY_DIR}/Doxyfile @ONLY)
find_program(GPUC_DOXYGEN doxygen)
if(GPUC_DOXYGEN)
  add_custom_target(doc
    COMMAND ${GPUC_DOXYGEN} ${CMAKE_BINARY_DIR}/Doxyfile
    COMMAND ${CMAKE_COMMAND} -E echo "${CMAKE_BINARY_DIR}/reference/html/gpuclassify_8h.html"
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
endif()
