// What can be done with the text.
import { CircleDot, Download, Play, RotateCcw, TextCursor, Upload } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTexts } from '../../../app/context.tsx';
import { endName } from '../../../i18n/sentences.ts';
import { hasCommandKey, printKey } from '../../../widgets/keys.ts';

interface Props {
  /** Whose program it is. */
  of: string;
  /** Of the cursor. */
  line: number;
  hasStop: boolean;
  onToggleStop: () => void;
  onRunTo: () => void;
  canRun: boolean;
  revertTo: 'running' | 'builtIn' | null;
  onRun: () => void;
  onRevert: () => void;
  onUpload: (file: File) => void;
  onDownload: () => void;
}

export function EditorActions({
  of,
  line,
  hasStop,
  onToggleStop,
  onRunTo,
  canRun,
  revertTo,
  onRun,
  onRevert,
  onUpload,
  onDownload,
}: Props) {
  const t = useTexts();
  const isApple = hasCommandKey();
  const key = isApple ? '⇧⌥M' : 'Ctrl M';
  const hint = of === 'vm' ? t('editor.hint', { key }) : t('editor.hintPlain', { key, name: endName(t, of) });
  return (
    <div className="editor-actions">
      <Button className="button editor-run" isDisabled={!canRun} onPress={onRun}>
        <Play aria-hidden size={15} /> {t('editor.run')} <kbd>{printKey('Mod+Enter', isApple)}</kbd>
      </Button>
      <Button className="button" isDisabled={revertTo === null} onPress={onRevert}>
        <RotateCcw aria-hidden size={15} />{' '}
        {t(revertTo === 'builtIn' ? 'editor.revertBuiltIn' : 'editor.revert')}
      </Button>
      <FileTrigger onSelect={(files) => files?.[0] && onUpload(files[0])}>
        <Button className="button">
          <Upload aria-hidden size={15} /> {t('editor.upload')}
        </Button>
      </FileTrigger>
      <Button className="button" onPress={onDownload}>
        <Download aria-hidden size={15} /> {t('editor.download')}
      </Button>
      <ToggleButton
        className="button"
        isSelected={hasStop}
        onChange={onToggleStop}
        aria-label={t('editor.stopHere', { line })}
      >
        <CircleDot aria-hidden size={15} /> <kbd>F9</kbd>
      </ToggleButton>
      <Button className="button" onPress={onRunTo} aria-label={t('editor.runHere', { line })}>
        <TextCursor aria-hidden size={15} /> <kbd>{printKey('Mod+F10', isApple)}</kbd>
      </Button>
      <p className="quiet editor-hint">{hint}</p>
    </div>
  );
}
