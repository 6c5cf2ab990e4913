// The 16550 UART: a byte sent leaves at once, a byte typed waits in the receive FIFO (PC16550D data sheet, §8).
import type { Outbox } from '../state.ts';

export const UART_BASE = 0x1000_0000;
export const UART_BYTES = 0x100;
export const UART_SOURCE = 10;

/** Registers by offset; what the first two are depends on DLAB. */
const RBR_THR_DLL = 0;
const IER_DLM = 1;
const IIR_FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const MSR = 6;
const SCR = 7;

const IER_RECEIVED = 1;
const IER_SENT = 2;
const IER_LINE_STATUS = 4;
const FCR_ENABLE = 1;
const FCR_CLEAR_RECEIVED = 2;
const LCR_DLAB = 0x80;
const MCR_LOOPBACK = 0x10;
const LSR_DATA_READY = 1;
const LSR_OVERRUN = 2;
const LSR_SENT = 0x60;
const IIR_NONE = 1;
const IIR_SENT = 2;
const IIR_RECEIVED = 4;
const IIR_LINE_STATUS = 6;
const IIR_TIMEOUT = 0xc;
const IIR_FIFOS = 0xc0;
const TRIGGER_LEVELS = [1, 4, 8, 14];
const FIFO_BYTES = 16;

export interface Uart {
  /** Bytes received and not read yet, the oldest first. */
  readonly received: number[];
  ier: number;
  fcr: number;
  lcr: number;
  mcr: number;
  scr: number;
  divisor: number;
  /** A byte came when the FIFO was full. Reading LSR clears it. */
  overrun: boolean;
  /** The transmitter ran empty and nobody has been told: IIR's third interrupt. */
  sent: boolean;
  /** Bytes ever sent to the line and ever come from it. They number each byte, so that the far end recognises one that comes again. */
  bytesSent: number;
  bytesReceived: number;
}

/** The state after reset. */
export function createUart(): Uart {
  return {
    received: [],
    ier: 0,
    fcr: 0,
    lcr: 0,
    mcr: 0x08,
    scr: 0,
    divisor: 12,
    overrun: false,
    sent: false,
    bytesSent: 0,
    bytesReceived: 0,
  };
}

/** The pending enabled interrupt of the highest priority, as IIR shows it. */
function interruptId(uart: Uart): number {
  if (uart.overrun && (uart.ier & IER_LINE_STATUS) !== 0) return IIR_LINE_STATUS;
  if (uart.received.length > 0 && (uart.ier & IER_RECEIVED) !== 0) {
    const trigger = (uart.fcr & FCR_ENABLE) !== 0 ? TRIGGER_LEVELS[uart.fcr >> 6]! : 1;
    // The time-out that stands for "fewer than the trigger level, and no more are coming" is over at once.
    return uart.received.length >= trigger ? IIR_RECEIVED : IIR_TIMEOUT;
  }
  if (uart.sent && (uart.ier & IER_SENT) !== 0) return IIR_SENT;
  return IIR_NONE;
}

/** Whether the UART pulls its interrupt wire. */
export function uartInterrupt(uart: Uart): boolean {
  return interruptId(uart) !== IIR_NONE;
}

/** How many bytes may arrive before the guest has to read one. */
export function roomForBytes({ fcr, received }: Uart): number {
  return ((fcr & FCR_ENABLE) !== 0 ? FIFO_BYTES : 1) - received.length;
}

/** A byte arrives on the line. */
export function receiveFromLine(uart: Uart, byte: number): void {
  uart.bytesReceived++;
  receiveByte(uart, byte);
}

/** A byte comes in. The one that finds no room is lost, and LSR tells. */
function receiveByte(uart: Uart, byte: number): void {
  if (roomForBytes(uart) > 0) uart.received.push(byte & 0xff);
  else uart.overrun = true;
}

/** The registers are bytes; wider loads read one after the other, as on QEMU's board. */
export function readUart(uart: Uart, offset: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value |= readByte(uart, offset + i) << (8 * i);
  return value;
}

/** The registers are bytes; wider stores write one after the other, as on QEMU's board. */
export function writeUart(uart: Uart, outbox: Outbox, offset: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) writeByte(uart, outbox, offset + i, (value >>> (8 * i)) & 0xff);
}

function readByte(uart: Uart, register: number): number {
  const latch = (uart.lcr & LCR_DLAB) !== 0;
  switch (register) {
    case RBR_THR_DLL:
      return latch ? uart.divisor & 0xff : (uart.received.shift() ?? 0);
    case IER_DLM:
      return latch ? uart.divisor >> 8 : uart.ier;
    case IIR_FCR: {
      const id = interruptId(uart);
      if (id === IIR_SENT) uart.sent = false;
      return id | ((uart.fcr & FCR_ENABLE) !== 0 ? IIR_FIFOS : 0);
    }
    case LCR:
      return uart.lcr;
    case MCR:
      return uart.mcr;
    case LSR: {
      const status = (uart.received.length > 0 ? LSR_DATA_READY : 0) | (uart.overrun ? LSR_OVERRUN : 0);
      uart.overrun = false;
      return status | LSR_SENT;
    }
    case MSR:
      return modemStatus(uart);
    case SCR:
      return uart.scr;
    default:
      return 0;
  }
}

/** In loopback the control outputs (DTR, RTS, OUT1, OUT2) come back as DSR, CTS, RI, DCD; else the far end is there and ready. */
function modemStatus(uart: Uart): number {
  if ((uart.mcr & MCR_LOOPBACK) === 0) return 0xb0;
  const m = uart.mcr;
  return ((m & 1) << 5) | ((m & 2) << 3) | ((m & 4) << 4) | ((m & 8) << 4);
}

function writeByte(uart: Uart, outbox: Outbox, register: number, byte: number): void {
  const latch = (uart.lcr & LCR_DLAB) !== 0;
  switch (register) {
    case RBR_THR_DLL:
      if (latch) uart.divisor = (uart.divisor & 0xff00) | byte;
      else send(uart, outbox, byte);
      return;
    case IER_DLM:
      if (latch) uart.divisor = (uart.divisor & 0xff) | (byte << 8);
      else enableInterrupts(uart, byte & 0xf);
      return;
    case IIR_FCR:
      controlFifos(uart, byte);
      return;
    case LCR:
      uart.lcr = byte;
      return;
    case MCR:
      uart.mcr = byte & 0x1f;
      return;
    case SCR:
      uart.scr = byte;
  }
}

function send(uart: Uart, outbox: Outbox, byte: number): void {
  uart.sent = true;
  if ((uart.mcr & MCR_LOOPBACK) !== 0) receiveByte(uart, byte);
  else outbox.emissions.push({ kind: 'console', byte, number: ++uart.bytesSent });
}

/** Enabling the transmitter's interrupt raises it: the transmitter is always empty. */
function enableInterrupts(uart: Uart, ier: number): void {
  if ((ier & ~uart.ier & IER_SENT) !== 0) uart.sent = true;
  uart.ier = ier;
}

/** Switching the FIFOs on or off empties them. */
function controlFifos(uart: Uart, byte: number): void {
  if ((byte & FCR_CLEAR_RECEIVED) !== 0 || ((byte ^ uart.fcr) & FCR_ENABLE) !== 0) uart.received.length = 0;
  uart.fcr = (byte & FCR_ENABLE) !== 0 ? byte & 0xc9 : 0;
}
