/* A guest in one sector: it dirties its memory for ever. */
    .code16
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    inb $0x92, %al
    orb $2, %al
    outb %al, $0x92
    lgdtl table
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $8, $protected

    .code32
protected:
    movw $16, %ax
    movw %ax, %ds
again:
    movl $0x100000, %edi
page:
    incl (%edi)
    addl $4096, %edi
    cmpl $0x1900000, %edi
    jb page
    jmp again

    .balign 8
entries:
    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
table:
    .word . - entries - 1
    .long entries
    .org 510
    .word 0xaa55
