// A client in C: it counts up the counter, with a network driver of its own and nothing of the kernel that our programs share.
//
// It takes no traps. Interrupts stay off; `wfi` ends all the same when one is pending, and then it looks what has come.

#include <stdint.h>

typedef uint8_t byte;

// ---- The boot block: what we are told, and from `last` on what we keep there when the power goes.

struct boot {
  uint32_t magic, version, number;
  byte ip[4], port[4];
  byte server_ip[4], server_port[4], server_mac[8];
  uint32_t requests, operation, start, start_upper, think, retry, again, sources, random[4];
  byte unused[0x80 - 0x54];
  uint32_t last;
};

// ---- The board.

#define NETWORK 0x10001000u
#define NETWORK_SOURCE 1
#define PLIC 0x0c000000u
#define PLIC_ENABLE (PLIC + 0x2000)
#define PLIC_CLAIM (PLIC + 0x200004)
#define MTIMECMP 0x02004000u
#define MIE_TIMER (1u << 7)
#define MIE_EXTERNAL (1u << 11)

static volatile uint32_t *word(uint32_t address) { return (volatile uint32_t *)address; }
static void barrier(void) { __asm__ volatile("fence iorw, iorw" ::: "memory"); }

static uint64_t now(void) {
  uint32_t upper, lower, again;
  do {
    __asm__ volatile("rdtimeh %0" : "=r"(upper));
    __asm__ volatile("rdtime %0" : "=r"(lower));
    __asm__ volatile("rdtimeh %0" : "=r"(again));
  } while (upper != again);
  return (uint64_t)upper << 32 | lower;
}

// Sleeps until that time or until a packet has come, whichever is first.
static void sleep_until(uint64_t time) {
  *word(MTIMECMP) = 0xffffffff;
  *word(MTIMECMP + 4) = time >> 32;
  *word(MTIMECMP) = (uint32_t)time;
  __asm__ volatile("wfi" ::: "memory");
  uint32_t source = *word(PLIC_CLAIM);
  if (source == 0) return;
  *word(NETWORK + 0x64) = *word(NETWORK + 0x60);  // InterruptACK, InterruptStatus
  *word(PLIC_CLAIM) = source;
}

// ---- The network device (VIRTIO 1.2, version 2 over MMIO): four buffers to receive, one to send.

#define BUFFERS 4
#define BUFFER_BYTES 2048
#define NETWORK_HEADER 12
#define F_WRITE 2

struct queue {
  struct { uint32_t address, address_upper, length; uint16_t flags, next; } descriptors[BUFFERS];
  struct { uint16_t flags, index, ring[BUFFERS], unused; } available;
  struct { uint16_t flags, index; struct { uint32_t first, length; } ring[BUFFERS]; } used;
  uint16_t seen;
} __attribute__((aligned(16)));

static volatile struct queue receiving, sending;
static byte received[BUFFERS][BUFFER_BYTES], packet[BUFFER_BYTES];
static byte mac[6];

static void queue_start(uint32_t number, volatile struct queue *queue) {
  *word(NETWORK + 0x30) = number;
  *word(NETWORK + 0x38) = BUFFERS;
  *word(NETWORK + 0x80) = (uint32_t)&queue->descriptors;
  *word(NETWORK + 0x90) = (uint32_t)&queue->available;
  *word(NETWORK + 0xa0) = (uint32_t)&queue->used;
  *word(NETWORK + 0x44) = 1;
}

static void queue_offer(uint32_t number, volatile struct queue *queue, uint16_t descriptor) {
  queue->available.ring[queue->available.index % BUFFERS] = descriptor;
  barrier();
  queue->available.index++;
  barrier();
  *word(NETWORK + 0x50) = number;
}

static void network_start(void) {
  *word(NETWORK + 0x70) = 0;
  *word(NETWORK + 0x70) = 3;
  *word(NETWORK + 0x24) = 0;
  *word(NETWORK + 0x20) = 1 << 5;                 // the device knows its address
  *word(NETWORK + 0x24) = 1;
  *word(NETWORK + 0x20) = 1;                      // VERSION_1
  *word(NETWORK + 0x70) = 11;
  queue_start(0, &receiving);
  queue_start(1, &sending);
  sending.available.flags = 1;                    // no interrupt for what has been sent
  *word(NETWORK + 0x70) = 15;
  for (int n = 0; n < 6; n++) mac[n] = *(volatile byte *)(NETWORK + 0x100 + n);
  for (int n = 0; n < BUFFERS; n++) {
    receiving.descriptors[n].address = (uint32_t)received[n];
    receiving.descriptors[n].length = BUFFER_BYTES;
    receiving.descriptors[n].flags = F_WRITE;
    queue_offer(0, &receiving, n);
  }
  *word(PLIC + 4 * NETWORK_SOURCE) = 1;
  *word(PLIC_ENABLE) = 1 << NETWORK_SOURCE;
  __asm__ volatile("csrw mie, %0" ::"r"(MIE_TIMER | MIE_EXTERNAL));
}

// ---- Packets: Ethernet, IPv4, UDP, and words with their little end first.

enum { ETHERNET = 0, IP = 14, IP_SOURCE = 26, IP_TARGET = 30, UDP = 34, PAYLOAD = 42 };

static void put(byte *to, const byte *from, int bytes) {
  while (bytes-- > 0) *to++ = *from++;
}

static int same(const byte *a, const byte *b, int bytes) {
  while (bytes-- > 0)
    if (*a++ != *b++) return 0;
  return 1;
}

static void put_big(byte *to, uint32_t value) {
  to[0] = value >> 8;
  to[1] = value;
}

static uint32_t big(const byte *at) { return at[0] << 8 | at[1]; }

static void put_little(byte *to, uint32_t value) {
  for (int n = 0; n < 4; n++) to[n] = value >> 8 * n;
}

static uint32_t little(const byte *at) {
  return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

// The one's complement sum of RFC 1071, and what was summed before.
static uint32_t sum(uint32_t before, const byte *from, uint32_t bytes) {
  for (uint32_t n = 0; n < bytes; n += 2) before += from[n] << 8 | (n + 1 < bytes ? from[n + 1] : 0);
  while (before >> 16) before = (before & 0xffff) + (before >> 16);
  return before;
}

static uint32_t udp_sum(const byte *frame) {
  uint32_t length = big(frame + UDP + 4);
  return sum(sum(17 + length, frame + IP_SOURCE, 8), frame + UDP, length);
}

// ---- The workload.

#define OPERATION_INCREMENT 1
#define LONGEST_WAIT 600000000u

// What it was told, for whoever looks into its memory.
uint32_t answers_count, last_status, last_value, duplicates;

static void request_make(const struct boot *boot) {
  byte *frame = packet + NETWORK_HEADER;
  uint32_t bytes = 8;
  put(frame, boot->server_mac, 6);
  put(frame + 6, mac, 6);
  put_big(frame + 12, 0x0800);
  frame[IP] = 0x45;
  put_big(frame + IP + 2, 28 + bytes);
  frame[IP + 8] = 64;
  frame[IP + 9] = 17;
  put(frame + IP_SOURCE, boot->ip, 4);
  put(frame + IP_TARGET, boot->server_ip, 4);
  put_big(frame + IP + 10, 0);
  put_big(frame + IP + 10, ~sum(0, frame + IP, 20));
  put(frame + UDP, boot->port, 2);
  put(frame + UDP + 2, boot->server_port, 2);
  put_big(frame + UDP + 4, 8 + bytes);
  put_little(frame + PAYLOAD, boot->last);
  put_little(frame + PAYLOAD + 4, OPERATION_INCREMENT);
  put_big(frame + UDP + 6, 0);
  uint32_t check = ~udp_sum(frame) & 0xffff;
  put_big(frame + UDP + 6, check ? check : 0xffff);
  sending.descriptors[0].address = (uint32_t)packet;
  sending.descriptors[0].length = NETWORK_HEADER + PAYLOAD + bytes;
}

// Whether a frame is a sound reply of the server to us.
static int is_reply(const struct boot *boot, const byte *frame, uint32_t bytes) {
  if (bytes < PAYLOAD + 12 || big(frame + 12) != 0x0800 || frame[IP] != 0x45 || frame[IP + 9] != 17) return 0;
  if (!same(frame + IP_SOURCE, boot->server_ip, 4) || !same(frame + IP_TARGET, boot->ip, 4)) return 0;
  if (!same(frame + UDP, boot->server_port, 2) || !same(frame + UDP + 2, boot->port, 2)) return 0;
  uint32_t length = big(frame + UDP + 4);
  if (length < 20 || UDP + length > bytes || sum(0, frame + IP, 20) != 0xffff) return 0;
  return big(frame + UDP + 6) == 0 || udp_sum(frame) == 0xffff;
}

// Looks through what has come. Whether the answer to the last request is among it.
static int answer_came(const struct boot *boot, int is_waiting) {
  int came = 0;
  while (receiving.seen != receiving.used.index) {
    barrier();
    uint32_t buffer = receiving.used.ring[receiving.seen % BUFFERS].first;
    uint32_t bytes = receiving.used.ring[receiving.seen % BUFFERS].length;
    const byte *frame = received[buffer] + NETWORK_HEADER;
    receiving.seen++;
    if (is_reply(boot, frame, bytes - NETWORK_HEADER)) {
      uint32_t number = little(frame + PAYLOAD);
      if (is_waiting && !came && number == boot->last) {
        came = 1;
        last_status = little(frame + PAYLOAD + 4);
        last_value = little(frame + PAYLOAD + 8);
        answers_count++;
      } else if (number != 0 && number <= boot->last) {
        duplicates++;
      }
    }
    queue_offer(0, &receiving, buffer);
  }
  return came;
}

static void pause_until(const struct boot *boot, uint64_t time) {
  while (now() < time) {
    sleep_until(time);
    answer_came(boot, 0);
  }
}

static void exchange(struct boot *boot) {
  uint32_t wait = boot->retry;
  boot->last++;                                   // written down before anybody else hears of it
  barrier();
  request_make(boot);
  for (;;) {
    queue_offer(1, &sending, 0);
    uint64_t time = now() + wait;
    while (now() < time) {
      sleep_until(time);
      if (answer_came(boot, 1)) return;
    }
    if (wait < LONGEST_WAIT) wait = wait > LONGEST_WAIT / 2 ? LONGEST_WAIT : 2 * wait;
  }
}

// Called by start.S. After a loss of power it goes on behind the last number that it has written down.
void run(struct boot *boot) {
  network_start();
  if (boot->last == 0) pause_until(boot, now() + ((uint64_t)boot->start_upper << 32 | boot->start));
  while (boot->last < boot->requests) {
    exchange(boot);
    pause_until(boot, now() + boot->think);
  }
  for (;;) {
    sleep_until(~0ull);
    answer_came(boot, 0);
  }
}
