# The linker flags that support/faults.c needs: calls of these functions reach it first.
set(gpuc_fault_flags)
foreach(call close fchmod fsync mkstemp poll pread read rename write)
  list(APPEND gpuc_fault_flags -Wl,--wrap=${call})
endforeach()
