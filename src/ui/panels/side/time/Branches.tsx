// All branches: where each leaves another, how far it was run; to go to, name, compare and delete.
import { GitCompare, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { BranchView } from '../../../../worker/frame.ts';
import type { BranchComparison, PartingView } from '../../../../worker/time-views.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { endName, lineSentence } from '../../../i18n/sentences.ts';
import { formatMoment } from '../../../widgets/format.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { branchName } from './branchName.ts';

export function Branches() {
  const t = useTexts();
  const { session } = useApp();
  const branches = useFrame((frame) => frame.branches);
  const [compared, setCompared] = useState<{ id: number; comparison: BranchComparison } | null>(null);
  const on = branches.find(({ isOn }) => isOn);
  async function compare({ id }: BranchView): Promise<void> {
    if (on === undefined) return;
    const answer = await session.ask({ kind: 'compareBranches', one: id, other: on.id }, 'compareBranches');
    if (answer?.kind === 'comparedBranches') setCompared({ id, comparison: answer.comparison });
  }
  return (
    <section aria-label={t('branches.title')}>
      <h3>{t('branches.title')}</h3>
      <p className="quiet">
        {branches.length < 2 ? t('branches.only') : ''} {t('branches.lead')}
      </p>
      {branches.length > 1 && (
        <ul className="branch-list">
          {branches.map((branch) => (
            <li key={branch.id} className={branch.isOn ? 'branch branch-on' : 'branch'}>
              <Row branch={branch} branches={branches} onCompare={() => void compare(branch)} />
              {compared?.id === branch.id && !branch.isOn && (
                <Differences one={branch.id} other={on?.id ?? 0} {...compared.comparison} />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  branch: BranchView;
  branches: readonly BranchView[];
  onCompare: () => void;
}

function Row({ branch, branches, onCompare }: RowProps) {
  const t = useTexts();
  const { session } = useApp();
  const [isNaming, setNaming] = useState(false);
  const name = branchName(t, branch);
  const parent = branches.find(({ id }) => id === branch.parent);
  if (isNaming) return <Naming branch={branch} onDone={() => setNaming(false)} />;
  return (
    <>
      <div className="branch-head">
        <Button
          className="text-button branch-name"
          aria-label={t('branches.switch', { name })}
          isDisabled={branch.isOn}
          onPress={() => void session.switchTo(branch.id)}
        >
          {name}
        </Button>
        {branch.isOn && <small>{t('branches.on')}</small>}
        <span className="branch-tools">
          {!branch.isOn && (
            <IconButton icon={GitCompare} label={t('branches.compare', { name })} onPress={onCompare} />
          )}
          <IconButton icon={Pencil} label={t('branches.rename', { name })} onPress={() => setNaming(true)} />
          {!branch.isOn && (
            <IconButton
              icon={Trash2}
              label={t('branches.delete', { name })}
              onPress={() => void session.deleteBranch(branch.id)}
            />
          )}
        </span>
      </div>
      <p className="quiet">
        {parent !== undefined &&
          branch.at > 0 &&
          `${t('branches.from', { parent: branchName(t, parent), at: branch.at })} · `}
        {parent !== undefined && branch.at === 0 && `${t('branches.fromStart')} · `}
        {t('branches.reached', { at: branch.reached })}
      </p>
    </>
  );
}

function Naming({ branch, onDone }: { branch: BranchView; onDone: () => void }) {
  const t = useTexts();
  const { session } = useApp();
  const [text, setText] = useState(branchName(t, branch));
  return (
    <form
      className="line-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void session.renameBranch(branch.id, text.trim());
        onDone();
      }}
    >
      <input
        aria-label={t('branches.name')}
        value={text}
        maxLength={60}
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the button that was pressed
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <Button type="submit" className="button">
        {t('branches.save')}
      </Button>
    </form>
  );
}

interface Pair {
  one: number;
  other: number;
}

function Differences({ one, other, differences, first }: BranchComparison & Pair) {
  const t = useTexts();
  const { session } = useApp();
  const [parting, setParting] = useState<PartingView | null | 'none'>(null);
  async function play(): Promise<void> {
    const answer = await session.ask({ kind: 'playBranches', one, other }, 'playBranches');
    if (answer?.kind === 'playedBranches') setParting(answer.parting ?? 'none');
  }
  const none = t('branches.none');
  return (
    <div className="differences">
      <h4>{t('branches.differs')}</h4>
      {differences.length === 0 && <p className="quiet">{t('branches.same')}</p>}
      <dl>
        {differences.map(({ path, one, other }) => (
          <div key={path}>
            <dt>
              <code>{path}</code>
            </dt>
            <dd>
              <code>{one ?? none}</code> · <code>{other ?? none}</code>
            </dd>
          </div>
        ))}
      </dl>
      {first !== undefined && (
        <Button className="text-button link-button" onPress={() => void session.seek(first.other.at)}>
          {t('branches.firstFact', { at: Math.min(first.one.at, first.other.at) })}{' '}
          <code>{first.one.kind}</code> · <code>{first.other.kind}</code>
          <span className="visually-hidden">{formatMoment(first.other.at)}</span>
        </Button>
      )}
      <Button className="button" onPress={() => void play()}>
        {t('branches.play')}
      </Button>
      {parting === 'none' && <p className="quiet">{t('branches.samePlay')}</p>}
      {parting !== null && parting !== 'none' && <Parting {...parting} />}
    </div>
  );
}

/** The first instant at which two runs are not the same: what each did then, and in which their machines differ. */
function Parting({ at, one, other, parts }: PartingView) {
  const t = useTexts();
  const { session } = useApp();
  const none = t('branches.none');
  return (
    <div role="status">
      <Button className="text-button link-button" onPress={() => void session.seek(at)}>
        {t('branches.firstFact', { at })}
      </Button>
      <p>
        {one ? lineSentence(t, one) : none} · {other ? lineSentence(t, other) : none}
      </p>
      {parts.map(({ host, first, difference }) => (
        <p key={host}>
          {endName(t, host)}
          {first !== undefined && `: ${t('diff.firstInstruction', { instruction: first.instruction })}`}
          {' · '}
          {t('diff.memory', { count: difference.bytes })}
          {difference.registers.length > 0 && ` · ${difference.registers.map(({ name }) => name).join(', ')}`}
        </p>
      ))}
    </div>
  );
}
