/* The BPF object, as bytes of the executable: nothing is looked up in the file system at run time. */
  .section .rodata
  .balign 16
  .global fs_bpf_object
  .global fs_bpf_object_end
fs_bpf_object:
  .incbin BPF_OBJECT
fs_bpf_object_end:
  .byte 0
  .section .note.GNU-stack, "", @progbits
