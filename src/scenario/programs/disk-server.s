# The disk: it reads and writes the blocks of its medium for hosts, and it keeps flags, each of
# which only one host can get.
#
# A request is a datagram of eight words, little end first, and of a write the data behind them:
#     kind        1 read, 2 write, 3 flush, 4 test-and-set
#     host        the number of the host that asks, 1 to 4
#     number      the request's, which the host never uses for another
#     generation  of the pair in which the host is
#     block       of a read or write: the first block,
#     blocks      and how many of 512 bytes, 1 to 8
#     io          what the host calls it; we only hand it back
#     0
# The answer is the same words, but for 0x100 more in the kind and this in the last one; of a read
# that is done the data are behind them:
#     status      0 done; 1 the medium failed; 2 no such blocks; 3 fenced: the host has lost an
#                 arbitration; 4 malformed; 5 lost: another host has the flag
#
# What has been written, and a flag that somebody got, is on the medium before the answer leaves.
# All that is only in memory may be lost with the power at any instruction, and nobody is told
# anything else afterwards.
#
# Slots: the request in receive buffer n is slot n. It has transmit buffer n for its answer, and
# disk slot n (see disk.s); the receive buffer goes back to the network device when it is answered.
# So data go from the receive buffer to the medium, and from the medium into the transmit buffer,
# and we never copy them.

    .equ NO_TICKS,        1             # nothing here takes time but the medium
    .equ NO_REQUESTS,     1             # see kernel.s for all of these
    .equ NO_UDP_SUM,      1             # of 4 KiB it would take longer than all the rest
    .equ KEEP_BUFFER,     1
    .equ OWN_TRANSMIT,    1
    .equ BOOT_ADDRESS,    0x08
    .equ SLOTS,           32
    .equ RECEIVE_BUFFERS, SLOTS
    .equ TRANSMIT_BUFFERS, SLOTS
    .equ DISK_SLOTS,      SLOTS
    .equ QUEUE_SIZE,      4 * SLOTS
    .equ RECEIVE_BYTES,   4184          # BUFFER_SHIFT, all headers, and 8 blocks
    .equ TRANSMIT_BYTES,  RECEIVE_BYTES
    .equ DISK_FEATURES,   1 << 9        # the device knows how to flush

    .include "kernel.s"

    # The boot block (see docs/programs.md).
    .equ BOOT_MAGIC,      0x00
    .equ BOOT_VERSION,    0x04
    .equ BOOT_BLOCKS,     0x10          # how many blocks of data there are
    .equ BOOT_FENCING,    0x14          # 1: who has lost an arbitration may not read or write
    .equ MAGIC,           0x4b534944    # "DISK"
    .equ VERSION,         1
    .equ FAIL_BOOT_BLOCK, 105           # failure code: there is no boot block, or of another kind

    # Where things are in a buffer.
    .equ REQUEST_KIND,       PAYLOAD
    .equ REQUEST_HOST,       PAYLOAD + 4
    .equ REQUEST_NUMBER,     PAYLOAD + 8
    .equ REQUEST_GENERATION, PAYLOAD + 12
    .equ REQUEST_BLOCK,      PAYLOAD + 16
    .equ REQUEST_BLOCKS,     PAYLOAD + 20
    .equ REQUEST_IO,         PAYLOAD + 24
    .equ REQUEST_STATUS,     PAYLOAD + 28
    .equ REQUEST_DATA,       PAYLOAD + 32
    .equ HEADER_BYTES,       32

    .equ KIND_READ,         1
    .equ KIND_WRITE,        2
    .equ KIND_FLUSH,        3
    .equ KIND_TEST_AND_SET, 4
    .equ KIND_ANSWER,       0x100       # added to the kind of what is answered

    .equ STATUS_DONE,      0
    .equ STATUS_FAILED,    1
    .equ STATUS_RANGE,     2
    .equ STATUS_FENCED,    3
    .equ STATUS_MALFORMED, 4
    .equ STATUS_LOST,      5

    .equ HOSTS,       4
    .equ BLOCKS_MAX,  8                 # in one datagram
    .equ BLOCK_SHIFT, 9                 # a block has 1 << 9 bytes
    .equ DISK_FLUSH,  4                 # a disk request beside DISK_IN and DISK_OUT (5.2.6)

    # The flag block, which is the one behind the data. It is written whole or not at all, and
    # holds, of each host, the newest generation whose arbitration it has lost (0: none yet); and,
    # of the last 64 generations, who got the flag, in word generation mod 64: the generation in
    # the upper 24 bits, the host in the others. 0: nobody.
    .equ FLAG_BLOCK_LOST,  0            # a word a host
    .equ FLAG_BLOCK_FLAGS, 256
    .equ FLAGS,            64
    .equ GENERATION_BITS,  24

    # What we remember of each host: its last 64 requests that are done, by number and status.
    .equ DONE_KEPT,       64
    .equ DONE_NUMBER,     0
    .equ DONE_STATUS,     4
    .equ DONE_SHIFT,      3             # an entry has 1 << 3 bytes,
    .equ DONE_HOST_SHIFT, 9             # and all entries of a host 1 << 9

    .bss
    .balign 4
data_blocks:    .zero 4                 # both from the boot block
fencing:        .zero 4
slot_busy:      .zero SLOTS             # a byte a slot: 1 from its request's arrival to the answer
newest_numbers: .zero HOSTS * 4         # of each host: the greatest number that ever came
done_counts:    .zero HOSTS * 4         # of each host: how many requests have been remembered,
done_requests:  .zero HOSTS << DONE_HOST_SHIFT # and the last of them, in a ring
line_in:        .zero 4                 # how many slots have ever entered the line,
line_out:       .zero 4                 # and how many have left it
line_slots:     .zero SLOTS             # a ring: those who wait for the flag block, a byte each
flags_known:    .zero 4                 # 1 once the flag block has been read
flags_busy:     .zero 4                 # 1 while it is being read, or somebody is getting a flag
flag_slot:      .zero 4                 # the slot of who is getting it
flag_before:    .zero 4                 # what its word was before
flag_waits:     .zero 4                 # 1 while it is on the medium, and its answer waits
lost_known:     .zero HOSTS * 4         # what the medium has of FLAG_BLOCK_LOST
flag_block:     .zero SECTOR_BYTES      # as it is on the medium, or is being written to it

    .text

# Called by the kernel at start-up: reads the boot block, and has the medium read the flags.
service_start:
    lw      t0, boot_block
    lw      t1, BOOT_MAGIC(t0)
    li      t2, MAGIC
    bne     t1, t2, start_fail
    lw      t1, BOOT_VERSION(t0)
    li      t2, VERSION
    bne     t1, t2, start_fail
    lw      t1, BOOT_BLOCKS(t0)
    lw      t2, BOOT_FENCING(t0)
    sw      t1, data_blocks, t0
    sw      t2, fencing, t0
    la      t0, transmit_buffers + BUFFER_SHIFT
    li      t1, SLOTS
    li      t2, TRANSMIT_BYTES
start_header:                           # nobody has cleared them: the network device's own header
    sh      zero, 0(t0)                 # has to be zero, 12 bytes
    sh      zero, 2(t0)
    sh      zero, 4(t0)
    sh      zero, 6(t0)
    sh      zero, 8(t0)
    sh      zero, 10(t0)
    add     t0, t0, t2
    addi    t1, t1, -1
    bnez    t1, start_header
    li      a0, 0                       # whatever comes into slot 0 waits until that is done
    j       flags_read
start_fail:
    li      a0, FAIL_BOOT_BLOCK
    j       fail

# ---- Requests ----------------------------------------------------------------------------------

# Called by the kernel for each sound datagram. a0: the receive buffer. a1: the payload's length.
# Result: a0, 1 if the buffer may go back to the network device at once.
request_arrived:
    li      t0, HEADER_BYTES
    bltu    a1, t0, request_ignored     # nobody whom we could answer
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      a2, a0
    lhu     a0, -BUFFER_SHIFT(a2)       # the buffer's number is the slot's
    lw      t0, REQUEST_KIND(a2)
    lw      t1, REQUEST_HOST(a2)
    addi    t1, t1, -1                  # from 0; what was 0 is now the greatest of all
    li      t2, HOSTS
    bgeu    t1, t2, request_malformed
    lw      t2, REQUEST_BLOCKS(a2)
    li      t3, KIND_WRITE
    beq     t0, t3, request_write
    li      t3, HEADER_BYTES
    bne     a1, t3, request_malformed
    li      t3, KIND_READ
    beq     t0, t3, request_read
    li      t3, KIND_FLUSH
    beq     t0, t3, request_whole
    li      t3, KIND_TEST_AND_SET
    bne     t0, t3, request_malformed
    lw      t3, REQUEST_GENERATION(a2)
    beqz    t3, request_malformed       # they are counted from 1,
    srli    t3, t3, GENERATION_BITS
    bnez    t3, request_malformed       # and must fit into a flag
    j       request_whole
request_write:
    slli    t3, t2, BLOCK_SHIFT
    addi    t3, t3, HEADER_BYTES
    bne     a1, t3, request_malformed
request_read:
    addi    t2, t2, -1
    li      t3, BLOCKS_MAX
    bgeu    t2, t3, request_malformed
request_whole:
    la      t2, newest_numbers
    slli    t3, t1, 2
    add     t2, t2, t3
    lw      t3, 0(t2)
    lw      t4, REQUEST_NUMBER(a2)
    bleu    t4, t3, request_older       # greater than any before: it can't have come before
    sw      t4, 0(t2)
request_new:
    jal     slot_take
    jal     serve
request_kept:
    li      a0, 0
    j       request_return
request_older:                          # it may be one that has come before
    jal     find_under_way
    bnez    a1, request_drop            # its answer will come
    jal     find_done
    bltz    a1, request_new
request_again:                          # it is not done twice, but answered as it was
    jal     slot_take
    jal     answer
    j       request_kept
request_malformed:
    li      t1, KIND_ANSWER
    bgeu    t0, t1, request_drop        # an answer is never answered, or two disks might do so
    li      a1, STATUS_MALFORMED        # for ever
    jal     slot_take
    jal     answer
    j       request_kept
request_drop:
    li      a0, 1
request_return:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
request_ignored:
    li      a0, 1
    ret

# A slot is in use from here on, until `answer`. a0: the slot. Only t0 and t1 change.
slot_take:
    la      t0, slot_busy
    add     t0, t0, a0
    li      t1, 1
    sb      t1, 0(t0)
    ret

# The receive buffer of a slot. a0: the slot. Result: a2. Only t0 changes.
slot_buffer:
    slli    t0, a0, 4                   # DESCRIPTOR_BYTES
    la      a2, receive_queue + QUEUE_DESCRIPTORS
    add     a2, a2, t0
    lw      a2, DESCRIPTOR_ADDRESS(a2)
    ret

# Whether a slot has a request of the same host and number. a2: the buffer of a request that has no
# slot yet. Result: a1, 1 if so. a0 is kept.
find_under_way:
    lw      t0, REQUEST_HOST(a2)
    lw      t1, REQUEST_NUMBER(a2)
    la      t2, slot_busy
    addi    t3, t2, SLOTS
    la      t4, receive_buffers + BUFFER_SHIFT
    li      t5, RECEIVE_BYTES
find_under_way_next:
    lbu     t6, 0(t2)
    beqz    t6, find_under_way_other
    lw      t6, REQUEST_HOST(t4)
    bne     t6, t0, find_under_way_other
    lw      t6, REQUEST_NUMBER(t4)
    beq     t6, t1, find_under_way_found
find_under_way_other:
    addi    t2, t2, 1
    add     t4, t4, t5
    bltu    t2, t3, find_under_way_next
    li      a1, 0
    ret
find_under_way_found:
    li      a1, 1
    ret

# How a request has ended. a2: its buffer. Result: a1 the status; -1 if we don't remember any such.
# a0 is kept.
find_done:
    lw      t0, REQUEST_HOST(a2)
    lw      t1, REQUEST_NUMBER(a2)
    la      t2, done_counts - 4         # hosts are counted from 1
    slli    t3, t0, 2
    add     t2, t2, t3
    lw      t2, 0(t2)                   # entries to look at
    li      t3, DONE_KEPT
    bleu    t2, t3, find_done_begin
    mv      t2, t3
find_done_begin:
    slli    t0, t0, DONE_HOST_SHIFT
    la      t3, done_requests - (1 << DONE_HOST_SHIFT)
    add     t3, t3, t0
    slli    t2, t2, DONE_SHIFT
    add     t2, t2, t3                  # where they end
find_done_next:
    bgeu    t3, t2, find_done_none
    lw      t0, DONE_NUMBER(t3)
    beq     t0, t1, find_done_found
    addi    t3, t3, 1 << DONE_SHIFT
    j       find_done_next
find_done_none:
    li      a1, -1
    ret
find_done_found:
    lw      a1, DONE_STATUS(t3)
    ret

# ---- Answers -----------------------------------------------------------------------------------

# A request is done, or will not be done: remembers that and answers. What has been read is not
# remembered, for it may be read again. a0: the slot. a1: the status. a2: the receive buffer.
finish:
    lw      t0, REQUEST_KIND(a2)
    li      t1, KIND_READ
    beq     t0, t1, answer
    lw      t0, REQUEST_HOST(a2)
    lw      t1, REQUEST_NUMBER(a2)
    la      t2, done_counts - 4         # hosts are counted from 1
    slli    t3, t0, 2
    add     t2, t2, t3
    lw      t3, 0(t2)
    addi    t4, t3, 1
    sw      t4, 0(t2)
    andi    t3, t3, DONE_KEPT - 1
    slli    t3, t3, DONE_SHIFT
    slli    t0, t0, DONE_HOST_SHIFT
    la      t2, done_requests - (1 << DONE_HOST_SHIFT)
    add     t2, t2, t0
    add     t2, t2, t3
    sw      t1, DONE_NUMBER(t2)
    sw      a1, DONE_STATUS(t2)

# Answers a request, and its slot is free again. a0: the slot. a1: the status. a2: the receive
# buffer. Of a read that is done the data stand in the transmit buffer already.
answer:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    mv      s0, a0
    la      t0, slot_busy
    add     t0, t0, a0
    sb      zero, 0(t0)
    slli    t0, a0, 4                   # DESCRIPTOR_BYTES
    la      a0, transmit_queue + QUEUE_DESCRIPTORS
    add     a0, a0, t0
    lw      a0, DESCRIPTOR_ADDRESS(a0)
    lw      t0, ETHERNET_SOURCE(a2)     # it goes back the way the request came
    lhu     t1, ETHERNET_SOURCE + 4(a2)
    lw      t2, IP_SOURCE(a2)
    lhu     t3, UDP_SOURCE(a2)
    sh      t0, ETHERNET_DESTINATION(a0) # not aligned for a word: half by half
    srli    t0, t0, 16
    sh      t0, ETHERNET_DESTINATION + 2(a0)
    sh      t1, ETHERNET_DESTINATION + 4(a0)
    sw      t2, IP_DESTINATION(a0)
    sh      t3, UDP_DESTINATION(a0)
    lw      t0, REQUEST_KIND(a2)
    lw      t1, REQUEST_HOST(a2)
    lw      t2, REQUEST_NUMBER(a2)
    lw      t3, REQUEST_GENERATION(a2)
    lw      t4, REQUEST_BLOCK(a2)
    lw      t5, REQUEST_BLOCKS(a2)
    lw      t6, REQUEST_IO(a2)
    addi    a3, t0, KIND_ANSWER
    sw      a3, REQUEST_KIND(a0)
    sw      t1, REQUEST_HOST(a0)
    sw      t2, REQUEST_NUMBER(a0)
    sw      t3, REQUEST_GENERATION(a0)
    sw      t4, REQUEST_BLOCK(a0)
    sw      t5, REQUEST_BLOCKS(a0)
    sw      t6, REQUEST_IO(a0)
    sw      a1, REQUEST_STATUS(a0)
    li      s1, HEADER_BYTES
    bnez    a1, answer_seal
    li      t1, KIND_READ
    bne     t0, t1, answer_seal
    slli    t5, t5, BLOCK_SHIFT
    add     s1, s1, t5
answer_seal:
    mv      a1, s1
    jal     packet_seal
    mv      a0, s0
    addi    a1, s1, PAYLOAD
    jal     transmit
answer_sending:                         # both buffers are free when it has been sent: this device
    la      a0, transmit_queue          # does so at once
    jal     queue_take
    bltz    a0, answer_sending
    mv      a0, s0
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    j       receive_again

# ---- Reading and writing -----------------------------------------------------------------------

# Does what a request asks, or begins to. a0: the slot. a2: its receive buffer.
serve:
    lw      t0, flags_known
    beqz    t0, serve_unknown
    lw      t0, REQUEST_KIND(a2)
    li      t1, KIND_FLUSH
    beq     t0, t1, serve_flush
    li      t1, KIND_TEST_AND_SET
    beq     t0, t1, test_and_set
    mv      t6, ra                      # is_fenced keeps t6
    jal     is_fenced
    mv      ra, t6
    li      a1, STATUS_FENCED
    bnez    t0, finish
    li      a1, STATUS_RANGE
    lw      t0, REQUEST_BLOCK(a2)
    lw      t1, REQUEST_BLOCKS(a2)
    lw      t2, data_blocks
    bgeu    t0, t2, finish
    sub     t2, t2, t0                  # so many there are from the first one on
    bltu    t2, t1, finish
    mv      a6, a0
    mv      a0, t0
    slli    a5, t1, BLOCK_SHIFT
    lw      t0, REQUEST_KIND(a2)
    li      t1, KIND_READ
    beq     t0, t1, serve_read
serve_write:
    addi    a1, a2, REQUEST_DATA
    la      a2, write_done
    li      a3, DISK_OUT
    li      a4, DESCRIPTOR_F_NEXT
    j       medium_start
serve_read:
    slli    t0, a6, 4                   # DESCRIPTOR_BYTES
    la      t1, transmit_queue + QUEUE_DESCRIPTORS
    add     t0, t0, t1
    lw      a1, DESCRIPTOR_ADDRESS(t0)
    addi    a1, a1, REQUEST_DATA
    la      a2, read_done
    li      a3, DISK_IN
    li      a4, DESCRIPTOR_F_NEXT | DESCRIPTOR_F_WRITE
    j       medium_start
serve_flush:                            # no data: the status byte is the second descriptor
    mv      a6, a0
    li      a0, 0
    la      a1, disk_status
    add     a1, a1, a6
    la      a2, write_done
    li      a3, DISK_FLUSH
    li      a4, DESCRIPTOR_F_WRITE
    li      a5, 1

# Has the medium begin something. a0: the block. a1: the memory. a2: the routine to call when it is
# done (see disk.s). a3: DISK_IN, DISK_OUT or DISK_FLUSH. a4: the flags of the descriptor of that
# memory. a5: its length in bytes. a6: the slot.
medium_start:
    la      t0, disk_queue + QUEUE_DESCRIPTORS
    slli    t1, a6, 6                   # four descriptors a slot
    add     t0, t0, t1
    sw      a5, DESCRIPTOR_BYTES + DESCRIPTOR_LENGTH(t0)
    la      t0, disk_callbacks
    slli    t1, a6, 2
    add     t0, t0, t1
    mv      t1, a6
    j       disk_submit_free

# Whether a request comes from a host that has lost the arbitration of the request's generation, or
# of a later one. a2: the buffer. Result: t0, 1 if so. Only t0 and t1 change.
is_fenced:
    lw      t0, fencing
    beqz    t0, is_fenced_known
    lw      t0, REQUEST_HOST(a2)
    la      t1, lost_known - 4          # hosts are counted from 1
    slli    t0, t0, 2
    add     t0, t0, t1
    lw      t0, 0(t0)
    beqz    t0, is_fenced_known         # it has lost none
    lw      t1, REQUEST_GENERATION(a2)
    sltu    t0, t0, t1
    xori    t0, t0, 1
is_fenced_known:
    ret

# The medium has written or flushed. a0: the slot. a1: 0, or it has failed.
write_done:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     slot_buffer
    snez    a1, a1                      # STATUS_DONE or STATUS_FAILED
    jal     finish
    lw      ra, 12(sp)
    addi    sp, sp, 16
    lw      t0, flag_waits
    bnez    t0, flag_settle             # for this, perhaps
    ret

# The medium has read. a0: the slot. a1: 0, or it has failed. Who has lost an arbitration meanwhile
# must not get to see what the winner may have written since.
read_done:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     slot_buffer
    snez    a1, a1                      # STATUS_DONE or STATUS_FAILED
    jal     is_fenced
    beqz    t0, read_answer
    li      a1, STATUS_FENCED
read_answer:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       answer

# ---- Flags -------------------------------------------------------------------------------------

# What is asked before the flag block has been read waits for that, and the first has it read.
# a0: the slot.
serve_unknown:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     line_enter
    lw      ra, 12(sp)
    addi    sp, sp, 16
    lw      t0, flags_busy
    beqz    t0, flags_read
    ret

# Has the medium read the flag block. a0: a slot that does not need the medium meanwhile.
flags_read:
    li      t0, 1
    sw      t0, flags_busy, t1
    mv      a6, a0
    lw      a0, data_blocks
    la      a1, flag_block
    la      a2, flags_arrived
    li      a3, DISK_IN
    li      a4, DESCRIPTOR_F_NEXT | DESCRIPTOR_F_WRITE
    li      a5, SECTOR_BYTES
    j       medium_start

# The flag block has been read. a1: 0, or it has failed: then everyone in line is told so, and the
# next request has it read again.
flags_arrived:
    sw      zero, flags_busy, t0
    bnez    a1, line_refuse
    li      t0, 1
    sw      t0, flags_known, t1
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     lost_learn
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       line_serve

# A host asks for its generation's flag. a0: the slot. a2: its receive buffer.
# While somebody is getting one it is not known who will have it: the others wait.
test_and_set:
    lw      t0, flags_busy
    bnez    t0, line_enter
    lw      t0, REQUEST_GENERATION(a2)
    lw      t1, REQUEST_HOST(a2)
    la      t2, flag_block + FLAG_BLOCK_FLAGS
    andi    t3, t0, FLAGS - 1
    slli    t3, t3, 2
    add     t2, t2, t3                  # where the flag stands
    slli    t3, t0, 8
    or      t3, t3, t1                  # and what stands there when it is this host's
    lw      t4, 0(t2)
    bne     t4, t3, flag_test
    li      a1, STATUS_DONE             # it has got it before
    j       finish
flag_test:
    srli    t5, t4, 8                   # whose flag it is: of the same generation another host's,
    bltu    t5, t0, flag_set            # of a newer one nobody's any more; of an older, free
flag_refused:
    li      a1, STATUS_LOST
    j       finish
flag_set:
    sw      t4, flag_before, t5
    sw      t3, 0(t2)
    sw      a0, flag_slot, t5
    li      t3, 1
    sw      t3, flags_busy, t5
    la      t2, flag_block + FLAG_BLOCK_LOST
    li      t4, HOSTS
flag_lose:                              # all others lose it: t3 is each host
    beq     t3, t1, flag_lose_next
    lw      t5, 0(t2)
    bgeu    t5, t0, flag_lose_next      # one that has lost a newer one has nothing to lose
    sw      t0, 0(t2)
flag_lose_next:
    addi    t2, t2, 4
    addi    t3, t3, 1
    bleu    t3, t4, flag_lose
    mv      a6, a0
    lw      a0, data_blocks
    la      a1, flag_block
    la      a2, flag_written
    li      a3, DISK_OUT
    li      a4, DESCRIPTOR_F_NEXT
    li      a5, SECTOR_BYTES
    j       medium_start

# The flag block has been written. a0: the slot. a1: 0, or it has failed: then it is again what it
# was, and the host may ask anew.
flag_written:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    bnez    a1, flag_failed
    jal     lost_learn
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       flag_settle
flag_failed:
    jal     slot_buffer
    lw      t0, REQUEST_GENERATION(a2)
    andi    t0, t0, FLAGS - 1
    slli    t0, t0, 2
    la      t1, flag_block + FLAG_BLOCK_FLAGS
    add     t1, t1, t0
    lw      t0, flag_before
    sw      t0, 0(t1)
    la      a3, lost_known
    la      a4, flag_block + FLAG_BLOCK_LOST
    jal     lost_copy
    sw      zero, flags_busy, t0
    li      a1, STATUS_FAILED
    jal     finish
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       line_serve

# A flag is on the medium: from here on its losers are fenced off. But a write of theirs that was
# begun before may reach the medium later than anything the winner does now, so the winner is
# answered only when there is none.
flag_settle:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      a0, flag_slot
    jal     slot_buffer
    lw      t0, fencing
    beqz    t0, flag_won
    li      t0, 1
    sw      t0, flag_waits, t1
    lw      t0, REQUEST_HOST(a2)
    lw      t1, REQUEST_GENERATION(a2)
    la      t2, disk_callbacks
    addi    t3, t2, SLOTS * 4
    la      t4, receive_buffers + BUFFER_SHIFT
    la      t5, write_done
flag_settle_next:
    lw      t6, 0(t2)
    bne     t6, t5, flag_settle_other   # no write
    lw      t6, REQUEST_HOST(t4)
    beq     t6, t0, flag_settle_other   # not of a loser
    lw      t6, REQUEST_GENERATION(t4)
    bleu    t6, t1, flag_settle_return  # it would be fenced off if it came now: wait for it
flag_settle_other:
    addi    t2, t2, 4
    li      t6, RECEIVE_BYTES
    add     t4, t4, t6
    bltu    t2, t3, flag_settle_next
flag_won:
    sw      zero, flag_waits, t0
    sw      zero, flags_busy, t0
    li      a1, STATUS_DONE
    jal     finish
    jal     line_serve
flag_settle_return:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# What the flag block says of losers is on the medium: from here on it holds.
lost_learn:
    la      a3, flag_block + FLAG_BLOCK_LOST
    la      a4, lost_known

# Copies a word for each host. a3: from. a4: to. Only t0, t1, a3 and a4 change.
lost_copy:
    addi    t1, a3, HOSTS * 4
lost_copy_next:
    lw      t0, 0(a3)
    sw      t0, 0(a4)
    addi    a3, a3, 4
    addi    a4, a4, 4
    bltu    a3, t1, lost_copy_next
    ret

# ---- The line ----------------------------------------------------------------------------------

# A request waits for the flag block. a0: the slot.
line_enter:
    lw      t0, line_in
    andi    t1, t0, SLOTS - 1           # a slot has one request: there is room
    la      t2, line_slots
    add     t1, t1, t2
    sb      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_in, t1
    ret

# Takes the first out of the line. Result: a0 the slot, a2 its receive buffer.
line_leave:
    lw      t0, line_out
    andi    t1, t0, SLOTS - 1
    la      t2, line_slots
    add     t1, t1, t2
    lbu     a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_out, t1
    j       slot_buffer

# Serves those who wait, in the order of their arrival. Who still has to wait enters again, behind
# the others, and as all do so they keep their order.
line_serve:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      s0, line_in                 # up to those who are there now
line_serve_next:
    lw      t0, line_out
    beq     t0, s0, line_return
    jal     line_leave
    jal     serve
    j       line_serve_next

# Tells everyone in line that the medium failed.
line_refuse:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      s0, line_in
line_refuse_next:
    lw      t0, line_out
    beq     t0, s0, line_return
    jal     line_leave
    li      a1, STATUS_FAILED
    jal     finish
    j       line_refuse_next
line_return:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

    .bss
    .balign 4
bss_end:                                # nobody clears what is behind
transmit_buffers: .zero SLOTS * TRANSMIT_BYTES
