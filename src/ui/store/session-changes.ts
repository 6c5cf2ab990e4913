// What a person does to the run that is open, to its branches, and to what is kept of it.
import type { CarriedProgram } from '../../scenario/program-part.ts';
import type { SessionCore } from './session-core.ts';

export interface SessionChanges {
  command(text: string): Promise<void>;
  /** Begins a branch of this name. */
  rules(rules: Record<string, boolean>, name?: string): Promise<void>;
  /** Runs another program of the VM (`vm`), a client or the disk, from the start: a branch of this name. Says whether it was possible; if not, what ran goes on. */
  runProgram(of: string, program: CarriedProgram, name: string): Promise<boolean>;
  switchTo(branch: number): Promise<void>;
  renameBranch(branch: number, name: string): Promise<void>;
  deleteBranch(branch: number): Promise<void>;
  setMemory(bytes: number): Promise<void>;
}

const OTHER_RUN = { isOtherRun: true };

export function sessionChanges({ store, submit, view, timeNow, receive }: SessionCore): SessionChanges {
  const { setState: set } = store;
  return {
    async command(text) {
      receive(await submit('command', () => ({ kind: 'command', text, viewport: view() })));
    },
    async rules(rules, name) {
      const named = name === undefined ? {} : { name };
      const viewport = () => view(timeNow(), 0);
      const make = () => ({ kind: 'rules' as const, rules, ...named, viewport: viewport() });
      receive(await submit('rules', make), OTHER_RUN);
    },
    async runProgram(of, program, name) {
      const make = () => ({ kind: 'program' as const, of, program, name, viewport: view(0, 0) });
      const changed = receive(await submit('program', make), OTHER_RUN);
      if (changed) set({ playing: true, notice: null });
      return changed;
    },
    async switchTo(id) {
      set({ playing: false });
      const make = () => ({ kind: 'branch' as const, id, viewport: view(timeNow(), 0) });
      receive(await submit('branch', make), OTHER_RUN);
    },
    async renameBranch(id, name) {
      receive(await submit('renameBranch', () => ({ kind: 'renameBranch', id, name, viewport: view() })));
    },
    async deleteBranch(id) {
      receive(await submit('deleteBranch', () => ({ kind: 'deleteBranch', id, viewport: view() })));
    },
    async setMemory(bytes) {
      receive(await submit('memory', () => ({ kind: 'memory', bytes, viewport: view() })));
    },
  };
}
