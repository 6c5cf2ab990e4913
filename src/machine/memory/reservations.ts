// Reservations by LR, which a store to any of their bytes ends, whoever stores.
import type { Cpu } from '../cpu/cpu.ts';
import type { Machine } from '../state.ts';

/** What a hart that has reserved nothing has for the address of its reservation. */
export const NOT_RESERVED = -1;

/** A device has stored so many bytes at `address`. */
export function loseReservations({ cpu, otherHarts }: Machine, address: number, length: number): void {
  loseReservation(cpu, address, length);
  for (const hart of otherHarts) loseReservation(hart, address, length);
}

function loseReservation(hart: Cpu, address: number, length: number): void {
  if (hart.reservation < address + length && hart.reservation + 4 > address) hart.reservation = NOT_RESERVED;
}
