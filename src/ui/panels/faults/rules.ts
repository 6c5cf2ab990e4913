// The protocol's rules as the scenario document has them.
import * as v from 'valibot';

export const RULES = ['outputRule', 'arbitration'] as const;
export type RuleName = (typeof RULES)[number];

const holds = v.fallback(v.boolean(), true);
const schema = v.object({
  rules: v.fallback(v.object({ outputRule: holds, arbitration: holds }), {
    outputRule: true,
    arbitration: true,
  }),
});

/** Which rules hold in a document; one it does not name, or a document not there yet, has the default: it holds. */
export function rulesIn(document: unknown): Record<RuleName, boolean> {
  const read = v.safeParse(schema, typeof document === 'object' ? { rules: {}, ...document } : { rules: {} });
  return read.success ? read.output.rules : { outputRule: true, arbitration: true };
}
