# Link flags of programs with memory_source.c.
set(memory_source_flags -Wl,--wrap=gpuc_source_name -Wl,--wrap=gpuc_source_read
  -Wl,--wrap=gpuc_source_seek -Wl,--wrap=gpuc_source_unread
  -Wl,--wrap=gpuc_source_anywhere_size -Wl,--wrap=gpuc_source_read_at
  -Wl,--wrap=gpuc_source_file_position -Wl,--wrap=gpuc_source_stop)
