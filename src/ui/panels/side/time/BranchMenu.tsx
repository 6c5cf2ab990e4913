// The branch that is on, and the others to go to; only where there are others.
import { ChevronDown, GitBranch } from 'lucide-react';
import type { BranchView } from '../../../../worker/frame.ts';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { MenuButton } from '../../../widgets/MenuButton.tsx';
import { branchName } from './branchName.ts';
import './branch-menu.css';

const NONE: readonly BranchView[] = [];
const ALL = 'all';

export function BranchMenu() {
  const t = useTexts();
  const { session, view } = useApp();
  const names = useSession(({ frame }) =>
    JSON.stringify(frame?.branches.map(({ id, name, isOn }) => [id, name, isOn]) ?? []),
  );
  const branches = names === '[]' ? NONE : (session.store.getState().frame?.branches ?? NONE);
  const on = branches.find(({ isOn }) => isOn);
  if (branches.length < 2 || on === undefined) return null;
  return (
    <MenuButton
      className="text-button branch-menu"
      label={`${t('branches.menu')}: ${branchName(t, on)}`}
      name={t('branches.menu')}
      placement="bottom start"
      selected={on.id}
      entries={[
        ...branches.map((branch) => ({
          id: branch.id,
          text: branchName(t, branch),
          note: branch.isOn ? t('branches.on') : undefined,
        })),
        { id: ALL, text: t('branches.all') },
      ]}
      onAction={(key) => {
        if (key === ALL) view.setState({ tab: 'time' });
        else if (key !== on.id) void session.switchTo(Number(key));
      }}
    >
      <GitBranch aria-hidden size={14} />
      <strong>{branchName(t, on)}</strong>
      <ChevronDown aria-hidden size={14} />
    </MenuButton>
  );
}
