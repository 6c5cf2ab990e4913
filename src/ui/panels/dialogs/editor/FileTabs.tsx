// The program's own text and the kernel's files, which can only be read: one of them is shown.
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { useTexts } from '../../../app/context.tsx';

interface Props {
  files: readonly string[];
  shown: string;
  isEdited: boolean;
  onShow: (file: string) => void;
}

export function FileTabs({ files: [own = '', ...kernel], shown, isEdited, onShow }: Props) {
  const t = useTexts();
  return (
    <ToggleButtonGroup
      className="tab-list editor-files"
      aria-label={t('editor.files')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[shown]}
      onSelectionChange={([file]) => onShow(String(file))}
    >
      <ToggleButton id={own} className="tab">
        {own}
        {isEdited && (
          <>
            <i className="editor-dot" aria-hidden="true" />
            <span className="visually-hidden">{t('editor.edited')}</span>
          </>
        )}
      </ToggleButton>
      {kernel.map((file) => (
        <ToggleButton key={file} id={file} className="tab">
          {file}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
