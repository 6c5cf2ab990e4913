# The key-value store: sixteen keys with a word under each, kept safe by a log on the disk.
#
#     operation 1  put KEY VALUE: the value stands under the key from now on, and is the answer
#     operation 2  get KEY: what stands under the key is the answer, 0 if nothing was ever put
#     operation 3  mix OPERATION KEY VALUE: one of the two, as its first word says
#     status       0 done; 1 no such operation or key; 2 the disk failed, and nothing was put
#
# A put is written to the log before it counts and before it is answered (a write-ahead log), so
# whoever starts from this disk finds every value that anybody was told. The log goes round a few
# pages, of a sector each. A page begins with all sixteen values as they were when it was begun,
# and then takes one record a put; when it is full, the next page is begun over the oldest one.
# Puts that come while the page is being written are written together with the next write.

    .include "kernel.s"

    .equ OPERATION_PUT,      1
    .equ OPERATION_GET,      2
    .equ OPERATION_MIX,      3
    .equ STATUS_DONE,        0
    .equ STATUS_UNKNOWN,     1
    .equ STATUS_DISK_FAILED, 2
    .equ KEYS,               16

    .equ LOG_FIRST,    8                # the log's first block
    .equ LOG_PAGES,    4                # and how many it has

    # A page of the log.
    .equ PAGE_NUMBER,  0                # pages are counted from 1: the highest is the newest
    .equ PAGE_RECORDS, 4                # how many follow the values
    .equ PAGE_VALUES,  8
    .equ PAGE_RECORD,  PAGE_VALUES + 4 * KEYS
    .equ RECORD_BYTES, 8                # key, value
    .equ RECORDS_MAX,  (SECTOR_BYTES - PAGE_RECORD) / RECORD_BYTES

    # What a client slot wants.
    .equ WANT_STATE, 0
    .equ WANT_PUT,   4                  # 1 for put, 0 for get
    .equ WANT_KEY,   8
    .equ WANT_VALUE, 12
    .equ WANT_BYTES, 16
    .equ STATE_NOTHING, 0
    .equ STATE_WAITING, 1
    .equ STATE_WRITING, 2               # its record is in the page that is on its way to the disk

    .bss
    .balign 4
values:         .zero 4 * KEYS
loaded:         .zero 4                 # 1 once the log has been read
disk_busy:      .zero 4                 # 1 while a page is being read or written
load_next:      .zero 4                 # which page is being read
records_new:    .zero 4                 # how many records the write under way adds
wants:          .zero CLIENT_SLOTS * WANT_BYTES
page:           .zero SECTOR_BYTES      # the newest page, as it is or will be on the disk
page_read:      .zero SECTOR_BYTES

    .text

# Called by the kernel at start-up: reads the log, page after page.
service_start:
log_load:
    li      t0, 1
    sw      t0, disk_busy, t1
    sw      zero, load_next, t0
log_load_next:
    lw      a0, load_next
    addi    a0, a0, LOG_FIRST
    la      a1, page_read
    la      a2, page_arrived
    j       disk_read

# A page has been read: the newest one is kept. a1: 0, or the disk failed.
page_arrived:
    bnez    a1, log_unknown
    la      t0, page_read
    la      t1, page
    lw      t2, PAGE_NUMBER(t0)
    lw      t3, PAGE_NUMBER(t1)
    bleu    t2, t3, page_done
    addi    t2, t0, SECTOR_BYTES
page_copy:
    lw      t3, 0(t0)
    sw      t3, 0(t1)
    addi    t0, t0, 4
    addi    t1, t1, 4
    bltu    t0, t2, page_copy
page_done:
    lw      t0, load_next
    addi    t0, t0, 1
    sw      t0, load_next, t1
    li      t1, LOG_PAGES
    bltu    t0, t1, log_load_next

# All pages have been read: applies the newest, its values first and then record by record.
    la      t0, page
    lw      t1, PAGE_NUMBER(t0)
    bnez    t1, log_values
    li      t1, 1                       # there is no log yet: this is its first page, empty
    sw      t1, PAGE_NUMBER(t0)
log_values:
    la      t1, values
    addi    t2, t1, 4 * KEYS
    mv      t3, t0
log_values_next:
    lw      t4, PAGE_VALUES(t3)
    sw      t4, 0(t1)
    addi    t1, t1, 4
    addi    t3, t3, 4
    bltu    t1, t2, log_values_next
    lw      t1, PAGE_RECORDS(t0)
log_records_next:
    beqz    t1, log_loaded
    lw      t2, PAGE_RECORD(t0)         # the key
    lw      t3, PAGE_RECORD + 4(t0)     # and the value
    la      t4, values
    slli    t2, t2, 2
    add     t4, t4, t2
    sw      t3, 0(t4)
    addi    t0, t0, RECORD_BYTES
    addi    t1, t1, -1
    j       log_records_next
log_loaded:
    li      t0, 1
    sw      t0, loaded, t1
    sw      zero, disk_busy, t0
    j       serve

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
# a2: its arguments. a3: how many.
service_request:
    li      t0, OPERATION_MIX
    bne     a1, t0, request_plain
    lw      a1, 0(a2)
    addi    a2, a2, 4
    addi    a3, a3, -1
request_plain:
    li      t1, 0
    li      t0, OPERATION_GET
    beq     a1, t0, request_key
    li      t1, 1
    li      t0, OPERATION_PUT
    bne     a1, t0, request_refuse
    addi    a3, a3, -1                  # it needs a word more
request_key:
    blez    a3, request_refuse
    lw      t2, 0(a2)
    li      t0, KEYS
    bgeu    t2, t0, request_refuse
    lw      t3, 4(a2)                   # of a put the value, of a get anything
    la      t0, wants
    slli    t4, a0, 4                   # WANT_BYTES
    add     t0, t0, t4
    sw      t1, WANT_PUT(t0)
    sw      t2, WANT_KEY(t0)
    sw      t3, WANT_VALUE(t0)
    li      t1, STATE_WAITING
    sw      t1, WANT_STATE(t0)
    j       serve
request_refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Answers every get that waits, and writes down the puts that wait, if the disk is free.
serve:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    sw      s2, 0(sp)
    lw      t0, loaded
    beqz    t0, serve_load
    li      s0, 0                       # the client slot
    la      s1, wants                   # and what it wants
    li      s2, 0                       # how many records have been added to the page
serve_next:
    lw      t0, WANT_STATE(s1)
    li      t1, STATE_WAITING
    bne     t0, t1, serve_skip
    lw      t0, WANT_PUT(s1)
    bnez    t0, serve_put
    mv      a0, s0
    jal     answer
    j       serve_skip
serve_put:
    lw      t0, disk_busy
    bnez    t0, serve_skip
    lw      t0, page + PAGE_RECORDS
    li      t1, RECORDS_MAX
    bltu    t0, t1, serve_append
    bnez    s2, serve_skip              # the page goes to the disk before the next is begun
    jal     page_begin
serve_append:
    jal     page_append
    addi    s2, s2, 1
serve_skip:
    addi    s0, s0, 1
    addi    s1, s1, WANT_BYTES
    li      t0, CLIENT_SLOTS
    bltu    s0, t0, serve_next
    beqz    s2, serve_done
    sw      s2, records_new, t0
    li      t0, 1
    sw      t0, disk_busy, t1
    lw      a0, page + PAGE_NUMBER
    andi    a0, a0, LOG_PAGES - 1       # pages go round the log's blocks
    addi    a0, a0, LOG_FIRST
    la      a1, page
    la      a2, page_written
    jal     disk_write
    j       serve_done
serve_load:
    lw      t0, disk_busy               # reading the log failed: once more
    bnez    t0, serve_done
    jal     log_load
serve_done:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    lw      s2, 0(sp)
    addi    sp, sp, 16
    ret

# Begins the next page, with the values as they are.
page_begin:
    la      t0, page
    lw      t1, PAGE_NUMBER(t0)
    addi    t1, t1, 1
    sw      t1, PAGE_NUMBER(t0)
    sw      zero, PAGE_RECORDS(t0)
    la      t1, values
    addi    t2, t1, 4 * KEYS
page_begin_next:
    lw      t3, 0(t1)
    sw      t3, PAGE_VALUES(t0)
    addi    t0, t0, 4
    addi    t1, t1, 4
    bltu    t1, t2, page_begin_next
    ret

# Adds a put to the page. s1: what the client slot wants.
page_append:
    la      t0, page
    lw      t1, PAGE_RECORDS(t0)
    addi    t2, t1, 1
    sw      t2, PAGE_RECORDS(t0)
    slli    t1, t1, 3                   # RECORD_BYTES
    add     t0, t0, t1
    lw      t1, WANT_KEY(s1)
    lw      t2, WANT_VALUE(s1)
    sw      t1, PAGE_RECORD(t0)
    sw      t2, PAGE_RECORD + 4(t0)
    li      t1, STATE_WRITING
    sw      t1, WANT_STATE(s1)
    ret

# The page has been written: now its new records count, and are answered. a1: 0, or the disk
# failed: then they are taken out again.
page_written:
    li      a0, STATE_WRITING
    beqz    a1, settle
    lw      t0, page + PAGE_RECORDS
    lw      t1, records_new
    sub     t0, t0, t1
    sw      t0, page + PAGE_RECORDS, t1
    j       settle

# The log can't be read: whoever waits is told so; the next request tries again. a1: not 0.
log_unknown:
    li      a0, STATE_WAITING

# Answers all client slots in the state a0, whose disk operation is over, and goes on.
# a1: 0: they put their values; else the disk failed.
settle:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    sw      s3, 12(sp)
    mv      s2, a0
    mv      s3, a1
    sw      zero, disk_busy, t0
    li      s0, 0
    la      s1, wants
settle_next:
    lw      t0, WANT_STATE(s1)
    bne     t0, s2, settle_skip
    mv      a0, s0
    bnez    s3, settle_refuse
    jal     value_address
    lw      t1, WANT_VALUE(s1)
    sw      t1, 0(t0)
    jal     answer
    j       settle_skip
settle_refuse:
    sw      zero, WANT_STATE(s1)
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
    jal     reply
settle_skip:
    addi    s0, s0, 1
    addi    s1, s1, WANT_BYTES
    li      t0, CLIENT_SLOTS
    bltu    s0, t0, settle_next
    lw      t0, loaded
    beqz    t0, settle_done
    jal     serve                       # the disk is free for those who came meanwhile
settle_done:
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    lw      s3, 12(sp)
    addi    sp, sp, 32
    ret

# Answers with the value under the key. a0: the client slot. s1: what it wants.
answer:
    sw      zero, WANT_STATE(s1)
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     value_address
    lw      a2, 0(t0)
    li      a1, STATUS_DONE
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       reply

# Where the value of a key stands. s1: what a client slot wants. Result: t0. Changes t1 too.
value_address:
    lw      t1, WANT_KEY(s1)
    slli    t1, t1, 2
    la      t0, values
    add     t0, t0, t1
    ret

    .bss
    .balign 4
bss_end:
