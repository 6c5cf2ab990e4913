// The page's colours, resolved for a canvas, which knows no custom properties.

const NAMES = [
  'paper',
  'panel',
  'ink',
  'ink-second',
  'ink-third',
  'line',
  'line-strong',
  'primary',
  'backup',
  'log',
  'held',
  'held-wash',
  'fault',
  'holds',
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

/** Colours as they are for this element now. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Palette;
}
