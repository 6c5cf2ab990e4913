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
# Puts that come while a page is being written are written together afterwards.

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
    .equ WANT_PUT,   0                  # 1 for put, 0 for get
    .equ WANT_KEY,   4
    .equ WANT_VALUE, 8
    .equ WANT_SHIFT, 4                  # 16 bytes each

    .bss
    .balign 4
values:         .zero 4 * KEYS
loaded:         .zero 4                 # 1 once the log has been read
disk_busy:      .zero 4                 # 1 while a page is being read or written
load_next:      .zero 4                 # which page is being read
records_new:    .zero 4                 # how many records the write under way adds
line_in:        .zero 4                 # how many have ever entered the line,
line_begun:     .zero 4                 # how many of them have been begun with,
line_done:      .zero 4                 # and how many have been answered
line_slots:     .zero CLIENT_SLOTS * 4  # a ring: the client slots of those in the line
wants:          .zero CLIENT_SLOTS << WANT_SHIFT
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
    slli    t4, a0, WANT_SHIFT
    add     t0, t0, t4
    sw      t1, WANT_PUT(t0)
    sw      t2, WANT_KEY(t0)
    sw      t3, WANT_VALUE(t0)
    lw      t2, loaded
    beqz    t2, enter_line
    beqz    t1, answer                  # a get needs no disk, so it need not wait
enter_line:
    lw      t0, line_in
    andi    t1, t0, CLIENT_SLOTS - 1    # a client has one request at a time: there is room
    slli    t1, t1, 2
    la      t2, line_slots
    add     t1, t1, t2
    sw      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_in, t1
    j       serve
request_refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# If the disk is free, writes down the puts of those in the line, as many as there are, in the
# order in which they came: whoever gets the same requests in the same order ends the same.
serve:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      t0, disk_busy
    bnez    t0, serve_done
    lw      t0, loaded
    beqz    t0, serve_load
    li      s0, 0                       # how many records have been added to the page
serve_next:
    lw      a0, line_begun
    lw      t0, line_in
    beq     a0, t0, serve_write
    jal     line_slot
    lw      t1, WANT_PUT(t0)
    beqz    t1, serve_begun
    lw      t1, page + PAGE_RECORDS
    li      t2, RECORDS_MAX
    bltu    t1, t2, serve_append
    bnez    s0, serve_write             # the page goes to the disk before the next is begun
    jal     page_begin
serve_append:
    jal     page_append
    addi    s0, s0, 1
serve_begun:
    lw      t0, line_begun
    addi    t0, t0, 1
    sw      t0, line_begun, t1
    j       serve_next
serve_write:
    lw      t0, line_begun
    lw      t1, line_done
    beq     t0, t1, serve_done          # nobody waits
    sw      s0, records_new, t0
    beqz    s0, serve_gets
    li      t0, 1
    sw      t0, disk_busy, t1
    lw      a0, page + PAGE_NUMBER
    andi    a0, a0, LOG_PAGES - 1       # pages go round the log's blocks
    addi    a0, a0, LOG_FIRST
    la      a1, page
    la      a2, page_written
    jal     disk_write
    j       serve_done
serve_gets:
    li      a1, 0                       # they had only been waiting for the log to be read
    jal     settle
    j       serve_done
serve_load:
    jal     log_load                    # reading it failed: once more
serve_done:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Begins the next page, with the values as they are. Keeps t0.
page_begin:
    la      t1, page
    lw      t2, PAGE_NUMBER(t1)
    addi    t2, t2, 1
    sw      t2, PAGE_NUMBER(t1)
    sw      zero, PAGE_RECORDS(t1)
    la      t2, values
    addi    t3, t2, 4 * KEYS
page_begin_next:
    lw      t4, 0(t2)
    sw      t4, PAGE_VALUES(t1)
    addi    t1, t1, 4
    addi    t2, t2, 4
    bltu    t2, t3, page_begin_next
    ret

# Adds a put to the page. t0: what a client slot wants.
page_append:
    la      t1, page
    lw      t2, PAGE_RECORDS(t1)
    addi    t3, t2, 1
    sw      t3, PAGE_RECORDS(t1)
    slli    t2, t2, 3                   # RECORD_BYTES
    add     t1, t1, t2
    lw      t2, WANT_KEY(t0)
    lw      t3, WANT_VALUE(t0)
    sw      t2, PAGE_RECORD(t1)
    sw      t3, PAGE_RECORD + 4(t1)
    ret

# The page has been written: now its new records count, and are answered. a1: 0, or the disk
# failed: then they are taken out again.
page_written:
    beqz    a1, settle
    lw      t0, page + PAGE_RECORDS
    lw      t1, records_new
    sub     t0, t0, t1
    sw      t0, page + PAGE_RECORDS, t1
    j       settle

# The log can't be read: everyone in the line is told so. a1: not 0.
log_unknown:
    lw      t0, line_in
    sw      t0, line_begun, t1

# Answers those who have been begun with. a1: 0: they put their values; else the disk failed.
settle:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    mv      s0, a1
    sw      zero, disk_busy, t0
settle_next:
    lw      a0, line_done
    lw      t0, line_begun
    beq     a0, t0, settle_done
    addi    t0, a0, 1
    sw      t0, line_done, t1
    jal     line_slot
    bnez    s0, settle_refuse
    lw      t1, WANT_PUT(t0)
    beqz    t1, settle_answer
    jal     value_address
    lw      t2, WANT_VALUE(t0)
    sw      t2, 0(t1)
settle_answer:
    jal     answer
    j       settle_next
settle_refuse:
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
    jal     reply
    j       settle_next
settle_done:
    lw      t0, loaded
    beqz    t0, settle_return           # the next request tries to read the log again
    jal     serve                       # the disk is free for those who came meanwhile
settle_return:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Answers with the value under the key. a0: the client slot. t0: what it wants.
answer:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     value_address
    lw      a2, 0(t1)
    li      a1, STATUS_DONE
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       reply

# Who stands in the line. a0: at which place. Result: a0 the client slot, t0 what it wants.
line_slot:
    andi    a0, a0, CLIENT_SLOTS - 1
    slli    a0, a0, 2
    la      t0, line_slots
    add     t0, t0, a0
    lw      a0, 0(t0)
    la      t0, wants
    slli    t1, a0, WANT_SHIFT
    add     t0, t0, t1
    ret

# Where the value of a key stands. t0: what a client slot wants, kept. Result: t1.
value_address:
    lw      t1, WANT_KEY(t0)
    slli    t1, t1, 2
    la      t2, values
    add     t1, t1, t2
    ret

    .bss
    .balign 4
bss_end:
