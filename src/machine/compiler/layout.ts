// Where things lie in the memory that compiled code shares with the machine. The same for every machine, so that code can be shared.
import { RAM_BYTES_MAX } from '../../isa/image.ts';
import { LINE_BYTES } from '../memory/ram.ts';

/** The registers x0 … x31 and the sink, a word each: this is `cpu.x`. */
export const REGISTERS_AT = 0;
/** Where a call of compiled code ended: see `LEFT_BY_JUMP`. */
export const PC_AT = 256;
/** The reservation while compiled code runs: the address as a signed word. */
export const RESERVATION_AT = 260;
/** The line marks of RAM, a byte each: `ram.marks`. */
export const MARKS_AT = 64 * 1024;
/** RAM: `ram.bytes`. */
export const RAM_AT = MARKS_AT + RAM_BYTES_MAX / LINE_BYTES;

/**
 * Bit 0 of the word at `PC_AT`: a jump or branch led out of the region. Without it the code stands where its budget no longer covers a
 * block, or before an instruction that is the interpreter's.
 */
export const LEFT_BY_JUMP = 1;
