/* The first 4 KiB of the file: the header of the Linux x86 boot protocol and the 16-bit code behind it.
 *
 * A loader that speaks the protocol (Linux Documentation/arch/x86/boot.rst, version 2.12) reads the
 * header, puts this part below 1 MiB and the rest at 1 MiB, and enters here in real mode, in the 32-bit
 * or in the 64-bit entry of start.S. Real mode is where the firmware can still be asked for the map of
 * memory; QEMU's -kernel comes this way. The answer goes into a "zero page" (boot_params), the
 * protocol's parameter block, so that all three ways look alike afterwards. */
#include "arch/platform/boot-params.h"

/* Offsets in the real-mode segment: the protocol leaves us 32 KiB, of which the code uses 4. */
#define ZERO_PAGE 0x2000
#define STACK_TOP 0x8000

/* The linker puts this part at the beginning of the file; real mode sees it at offset 0. */
#define AT(symbol) (symbol - setup_start)

    .code16
    .section .setup, "ax"
setup_start:
    // Started as a boot sector: there is nothing here to load the rest. Let the firmware go on.
    int $0x18

    .org BP_HEADER
header_start:
    .byte 7                     /* setup_sects */
    .word 1                     /* root_flags */
    .long image_paragraphs      /* syssize, in 16 bytes: without the payload */
    .word 0                     /* ram_size */
    .word 0xffff                /* vid_mode: normal */
    .word 0                     /* root_dev */
    .word 0xaa55                /* boot_flag */
    .byte 0xeb, real_mode_entry - 1f /* short jump: its second byte also ends the header */
1:  .ascii "HdrS"
    .word 0x020c                /* version of the protocol */
    .long 0                     /* realmode_swtch */
    .word 0x1000                /* start_sys_seg: obsolete */
    .word AT(version_text) - 0x200  /* kernel_version */
    .byte 0                     /* type_of_loader: filled by it */
    .byte 1                     /* loadflags: LOADED_HIGH */
    .word 0                     /* setup_move_size */
code32_start:
    .long 0x100000
    .long 0, 0                  /* ramdisk_image, ramdisk_size */
    .long 0                     /* bootsect_kludge */
    .word 0                     /* heap_end_ptr */
    .byte 0, 0                  /* ext_loader_ver, ext_loader_type */
    .long 0                     /* cmd_line_ptr */
    .long 0x7fffffff            /* initrd_addr_max */
    .long 0x1000                /* kernel_alignment */
    .byte 1                     /* relocatable_kernel */
    .byte 12                    /* min_alignment: 4 KiB */
    .word 1                     /* xloadflags: KERNEL_64; not above 4 GiB, unpacking is 32-bit code */
    .long 4095                  /* cmdline_size */
    .long 0                     /* hardware_subarch: PC */
    .quad 0                     /* hardware_subarch_data */
    .long 0, 0                  /* payload_offset, payload_length */
    .quad 0                     /* setup_data */
    .quad 0x100000              /* pref_address */
    .long image_file_size       /* init_size: what it unpacks goes elsewhere */
    .long 0                     /* handover_offset */
header_end:

version_text:
    .asciz "catkernel"

real_mode_entry:
    // one segment for everything; the code segment came in as 0x20 paragraphs more than the data's
    cli
    cld
    movw %ds, %ax
    movw %ax, %es
    movw %ax, %ss
    movl $STACK_TOP, %esp
    pushw %ax
    pushw $AT(1f)
    lretw
1:
    // the zero page: zeros, then the header as the loader completed it
    xorl %eax, %eax
    movw $ZERO_PAGE, %di
    movw $(4096 / 4), %cx
    rep stosl
    movw $BP_HEADER, %si
    movw $(ZERO_PAGE + BP_HEADER), %di
    movw $(header_end - header_start), %cx
    rep movsb

    // INT 15h, AX=E820h: the map of memory, 20 bytes an entry (ACPI 6.4, section 15.1)
    xorl %ebx, %ebx
    movw $(ZERO_PAGE + BP_E820_TABLE), %di
next_range:
    movl $0xe820, %eax
    movl $0x534d4150, %edx      /* "SMAP" */
    movl $20, %ecx
    int $0x15
    jc ranges_done
    cmpl $0x534d4150, %eax
    jne ranges_done
    addw $20, %di
    incb ZERO_PAGE + BP_E820_ENTRIES
    cmpb $128, ZERO_PAGE + BP_E820_ENTRIES
    je ranges_done
    testl %ebx, %ebx
    jnz next_range
ranges_done:

    // Address line 20: off, it folds odd mebibytes onto even ones. Nearly always on by now.
    call a20_is_on
    jne a20_done
    movw $0x2401, %ax           /* INT 15h: ask the firmware */
    int $0x15
    call a20_is_on
    jne a20_done
    inb $0x92, %al              /* the chipset's fast gate; bit 0 would reset the machine */
    orb $2, %al
    andb $~1, %al
    outb %al, $0x92
1:  call a20_is_on
    je 1b
a20_done:

    // both interrupt controllers masked: nobody handles interrupts until the local APIC does
    cli
    movb $0xff, %al
    outb %al, $0xa1
    outb %al, $0x21

    // protected mode: descriptors and jump target need linear addresses
    xorl %ebx, %ebx
    movw %ds, %bx
    shll $4, %ebx
    addl %ebx, AT(gdt_pointer) + 2
    addl %ebx, AT(far_jump) + 2
    leal ZERO_PAGE(%ebx), %esi
    movl AT(code32_start), %edi
    lidtl AT(no_idt)
    lgdtl AT(gdt_pointer)
    movl $1, %eax
    movl %eax, %cr0
far_jump:
    .byte 0x66, 0xea            /* ljmpl $0x10, $protected */
    .long AT(protected)
    .word 0x10

    .code32
protected:
    movl $0x18, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    jmp *%edi

    .code16
/* Flag Z clear if a write near 0 does not show up 1 MiB higher. Uses the last bytes of the interrupt
 * vectors, which no firmware needs. */
a20_is_on:
    xorw %ax, %ax
    movw %ax, %fs
    decw %ax
    movw %ax, %gs
    movl %fs:0x200, %edx
    movl %edx, %ecx
    movw $32, %di
1:  incl %ecx
    movl %ecx, %fs:0x200
    outb %al, $0x80             /* about 1 us: lets the gate settle */
    cmpl %gs:0x210, %ecx
    jne 2f
    decw %di
    jnz 1b
    xorw %ax, %ax               /* Z: they stayed equal */
2:  movl %edx, %fs:0x200
    ret

    .balign 8
gdt:
    .quad 0, 0
    .quad 0x00cf9b000000ffff    /* 0x10: code, flat 4 GiB */
    .quad 0x00cf93000000ffff    /* 0x18: data, flat 4 GiB */
gdt_pointer:
    .word 31
    .long AT(gdt)
no_idt:
    .word 0
    .long 0
