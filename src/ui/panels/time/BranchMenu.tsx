// The branch that is on, and the others to go to; only where there are others.
import { ChevronDown, GitBranch } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { BranchView } from '../../../worker/frame.ts';
import { useApp, useSession, useTexts } from '../../app/context.tsx';
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
    <MenuTrigger>
      <Button className="text-button branch-menu" aria-label={`${t('branches.menu')}: ${branchName(t, on)}`}>
        <GitBranch aria-hidden size={14} />
        <strong>{branchName(t, on)}</strong>
        <ChevronDown aria-hidden size={14} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu
          className="menu"
          aria-label={t('branches.menu')}
          selectionMode="single"
          selectedKeys={[on.id]}
          onAction={(key) => {
            if (key === ALL) view.setState({ tab: 'time' });
            else if (key !== on.id) void session.switchTo(Number(key));
          }}
        >
          {branches.map((branch) => (
            <MenuItem key={branch.id} id={branch.id} className="menu-item" textValue={branchName(t, branch)}>
              {branchName(t, branch)}
              {branch.isOn && <small className="quiet">{t('branches.on')}</small>}
            </MenuItem>
          ))}
          <MenuItem id={ALL} className="menu-item" textValue={t('branches.all')}>
            {t('branches.all')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
