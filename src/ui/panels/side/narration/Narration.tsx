// The run in words: each line leads to its instant. New lines are read out as they come.
import { type KeyboardEvent, memo, useMemo, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { lineSentence } from '../../../i18n/sentences.ts';
import { formatMoment } from '../../../widgets/format.ts';
import { Console } from '../console/Console.tsx';
import { type Detail, linesToShow, type ShownLine } from './lines.ts';
import './narration.css';

const DETAILS: readonly Detail[] = [1, 2, 3];

export function Narration() {
  const t = useTexts();
  const narration = useSession((state) => state.narration);
  const playing = useSession((state) => state.playing);
  const [detail, setDetail] = useState<Detail>(2);
  const lines = useMemo(() => linesToShow(narration, detail), [narration, detail]);
  return (
    <div className="narration">
      <ToggleButtonGroup
        className="segments"
        aria-label={t('narrationPanel.detail')}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[detail]}
        onSelectionChange={(keys) => setDetail(DETAILS.find((each) => keys.has(each)) ?? detail)}
      >
        {DETAILS.map((each) => (
          <ToggleButton key={each} id={each} className="segment">
            {t(`narrationPanel.weight${each}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <div
        className="narration-log"
        role="log"
        aria-label={t('narrationPanel.name')}
        onKeyDown={moveByArrows}
        // At full speed a line would cut off the one before; what turns the run is also in the header's status.
        aria-live={playing && detail > 1 ? 'off' : 'polite'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
      >
        {lines.length === 0 && (
          <p className="quiet">
            {t(narration.length === 0 ? 'narrationPanel.empty' : 'narrationPanel.emptyLately')}
          </p>
        )}
        <ol>
          {lines.map((shown) => (
            <Line key={shown.line.index} {...shown} />
          ))}
        </ol>
      </div>
      <Console />
    </div>
  );
}

/** Up and down go from line to line; as stops of their own there would be dozens. Up from the log is the newest. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const instants = [...event.currentTarget.querySelectorAll<HTMLElement>('.instant')];
  const at = instants.indexOf(document.activeElement as HTMLElement);
  const next = event.key === 'ArrowUp' ? (at < 0 ? instants.length : at) - 1 : at + 1;
  if (at < 0 && event.key === 'ArrowDown') return;
  event.preventDefault();
  instants[next]?.focus();
}

const Line = memo(function Line({ line, times, isAfterGap }: ShownLine) {
  const t = useTexts();
  const { session } = useApp();
  /** What was told later goes; the line that was clicked stays in sight. */
  async function goTo(button: HTMLElement): Promise<void> {
    await session.seek(line.at);
    requestAnimationFrame(() => button.scrollIntoView({ block: 'nearest' }));
  }
  return (
    <li className={`line line-${line.weight} line-${line.kind}`}>
      {isAfterGap && <p className="line-gap">{t('narrationPanel.leftOut')}</p>}
      <button
        type="button"
        className="instant"
        tabIndex={-1}
        aria-label={t('narrationPanel.goTo', { at: line.at })}
        onClick={(event) => void goTo(event.currentTarget)}
      >
        {formatMoment(line.at)}
      </button>
      <span>
        {lineSentence(t, line)}
        {times > 1 && ` ${t('narrationPanel.times', { count: times })}`}
      </span>
    </li>
  );
});
