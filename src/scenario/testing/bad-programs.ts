// Programs of clients and of the disk with bad manners: ours with a change, or something else altogether.
import { assert } from '../../base/assert.ts';
import client from '../programs/client.s?raw';
import disk from '../programs/disk-server.s?raw';

/** A program with something else in place of some of its lines, which it has once. */
function changed(program: string, lines: string, instead: string): string {
  assert(program.split(`\n${lines}\n`).length === 2, `the program has "${lines}" once`);
  return program.replace(`\n${lines}\n`, () => `\n${instead}\n`);
}

/** Programs that have nothing to do with ours. */
const STRANGE = {
  ends: '_start:\n li t0, 0x100000\n li t1, 0x73333\n sw t1, 0(t0)\n',
  traps: '_start:\n .word 0xffffffff\n',
  spins: '_start:\n j _start\n',
  sleeps: '_start:\n wfi\n j _start\n',
};

const NEXT_NUMBER =
  '    addi    t0, t0, 1\n    sw      t0, BOOT_LAST(s0)           # written down before anybody else hears of it';
const LENGTH = '    addi    a1, a1, -PAYLOAD';
const SENT = '    j       request_send';

export const BAD_CLIENTS = {
  ...STRANGE,
  /** Sends its request again and again, as fast as it can, in frames that are longer than need be. */
  floods: changed(
    client,
    'request_send:',
    'request_send:\n li a0, 0\n li a1, 1400\n jal transmit\n jal transmit_begin\n j request_send',
  ),
  /** Spoils its datagrams when they have their checksums. */
  unsound: changed(client, SENT, ` lbu t0, PAYLOAD(s1)\n xori t0, t0, 0x55\n sb t0, PAYLOAD(s1)\n${SENT}`),
  /** Sends datagrams that have no room for a request. */
  short: changed(client, LENGTH, ' li a1, 4\n addi t0, a1, PAYLOAD\n sw t0, packet_bytes, t1'),
  /** Asks for what the service does not know. */
  unknown: changed(client, '    lw      t1, BOOT_OPERATION(t0)', ' li t1, 99'),
  repeats: changed(client, NEXT_NUMBER, ' li t0, 1\n sw t0, BOOT_LAST(s0)'),
  skips: changed(client, NEXT_NUMBER, ' addi t0, t0, 3\n sw t0, BOOT_LAST(s0)'),
};

export const BAD_DISKS = {
  ...STRANGE,
  /** Puts another word into what it has read. */
  altered: changed(disk, '    add     s1, s1, t5', ' add s1, s1, t5\n li t6, 77\n sw t6, REQUEST_DATA(a0)'),
  /** Reads and writes the block behind. */
  misread: changed(disk, 'serve_read:', 'serve_read:\n addi a0, a0, 1'),
  misplaced: changed(disk, 'serve_write:', 'serve_write:\n addi a0, a0, 1'),
  /** Says that a write is done, and forgets it. */
  forgets: changed(disk, 'serve_write:', 'serve_write:\n mv a0, a6\n li a1, STATUS_DONE\n j finish'),
  /** Gives the flag to whoever asks. */
  generous: changed(disk, '    li      a1, STATUS_LOST', ' li a1, STATUS_DONE'),
  mute: changed(disk, 'answer:', 'answer:\n ret'),
  /** Sends its first answer again and again, as fast as it can. */
  floods: changed(
    disk,
    'answer_sending:                         # both buffers are free when it has been sent: this device',
    'answer_sending:\n mv a0, s0\n addi a1, s1, PAYLOAD\n jal transmit\n j answer_sending',
  ),
};
