// What the kernel offers to programs that are no guests: a timer that they set, and a boot block.
import { expect, it } from 'vitest';
import {
  bootClient,
  type ClientHost,
  clientImage,
  TICKS_A_MILLISECOND as MS,
  passTime,
  timerAt,
  wordAt,
} from '../testing/client-host.ts';

/** A program that sets the timer at its start, and counts the calls. */
const program = (start: string) => `
    .equ NO_TICKS,    1
    .equ NO_DISK,     1
    .equ NO_REQUESTS, 1
    .equ BOOT_ADDRESS, 0x0c
    .include "kernel.s"
    .bss
    .balign 4
calls: .zero 4
    .text
service_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
${start}
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
timer_due:
    lw      t0, calls
    addi    t0, t0, 1
    sw      t0, calls, t1
request_arrived:
    ret
    .bss
    .balign 4
bss_end:
`;
const at = (upper: number, lower: number) => `
    li      a1, ${upper}
    li      a0, ${lower}
    jal     timer_at`;

const boot = (start: string): ClientHost => bootClient({ image: clientImage(program(start)) });

it('calls a program once for each time that it asked for', () => {
  const host = boot(at(0, MS));
  expect(timerAt(host)).toBe(MS);
  expect(wordAt(host, 'calls')).toBe(0);
  passTime(host);
  expect(wordAt(host, 'calls')).toBe(1);
  expect(host.end).toBeUndefined();
});

it.each([
  ['in the upper half', at(3, 5), 3 * 2 ** 32 + 5],
  ['in both halves', `${at(3, 5)}\n${at(2, 7)}`, 2 * 2 ** 32 + 7],
  ['back in the lower half', `${at(3, 5)}\n${at(0, 9 * MS)}`, 9 * MS],
  ['in the lower half', `${at(3, 5)}\n${at(3, 4)}`, 3 * 2 ** 32 + 4],
])('takes the time that was asked for last: %s', (_, start, due) => {
  expect(timerAt(boot(start))).toBe(due);
});

it('does not call a program that asked for nothing, or that thought better of it', () => {
  // The timer of the board is due from reset on.
  expect(wordAt(boot(''), 'calls')).toBe(0);
  const host = boot(`${at(0, MS)}\n    jal     timer_off`);
  passTime(host);
  expect(wordAt(host, 'calls')).toBe(0);
});
