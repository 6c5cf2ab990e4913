// What the editor has to tell once: an earlier draft, a file that was brought, something that is not possible.
import { Button } from 'react-aria-components/Button';
import type { CarriedProgram } from '../../../../scenario/program-part.ts';
import { useTexts } from '../../../app/context.tsx';
import type { Translate } from '../../../i18n/sentences.ts';
import { formatAddress, formatCount } from '../../../widgets/format.ts';
import type { Upload } from './upload.ts';

export type Message =
  | { kind: 'draft'; file: string; source: string }
  | { kind: 'notKept' }
  | { kind: 'brought'; bytes: number }
  | Exclude<Upload, { kind: 'source' | 'refused' }>
  | { kind: 'refused'; name?: string; text: string };

interface Props {
  message: Message | null;
  onDismiss: () => void;
  onTake: (source: string) => void;
  onStart: (program: CarriedProgram) => void;
}

export function Banners({ message, onDismiss, onTake, onStart }: Props) {
  const t = useTexts();
  return (
    <div role="status" className="editor-banners">
      {message !== null && (
        <div className={isBad(message) ? 'editor-banner editor-banner-bad' : 'editor-banner'}>
          <p>{textIn(t, message)}</p>
          {message.kind === 'draft' && (
            <Button className="button" onPress={() => onTake(message.source)}>
              {t('editor.takeDraft')}
            </Button>
          )}
          {message.kind === 'program' && (
            <Button className="button" onPress={() => onStart({ elf: message.elf })}>
              {t('editor.runProgram')}
            </Button>
          )}
          <Button className="text-button" onPress={onDismiss}>
            {t(message.kind === 'draft' ? 'editor.dropDraft' : 'editor.dismiss')}
          </Button>
        </div>
      )}
    </div>
  );
}

const isBad = ({ kind }: Message): boolean => kind === 'refused' || kind === 'tooLarge' || kind === 'notKept';

function textIn(t: Translate, message: Message): string {
  switch (message.kind) {
    case 'draft':
      return t('editor.draft', { file: message.file });
    case 'notKept':
      return t('editor.notKept');
    case 'brought':
      return t('editor.brought', { text: formatCount(message.bytes) });
    case 'program': {
      const { name, isElf, bytes, entry } = message;
      const values = { name, text: formatCount(bytes), entry: formatAddress(entry) };
      return isElf ? t('editor.elf', values) : t('editor.flat', values);
    }
    case 'tooLarge':
      return t('editor.tooLarge', {
        name: message.name,
        text: formatCount(message.bytes),
        most: formatCount(message.most),
      });
    case 'refused':
      return message.name === undefined ? message.text : `${message.name}: ${message.text}`;
  }
}
