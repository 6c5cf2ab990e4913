// The numbers of a hart's interrupts in mip, mie and mcause (privileged specification, §3.1.9).

export const INTERRUPT_SOFTWARE = 3;
export const INTERRUPT_TIMER = 7;
export const INTERRUPT_EXTERNAL = 11;
