// The guest's own text and the kernel's files, which can only be read.
import { Tab, TabList, Tabs } from 'react-aria-components/Tabs';
import { useTexts } from '../../app/context.tsx';

interface Props {
  files: readonly string[];
  shown: string;
  isEdited: boolean;
  onShow: (file: string) => void;
}

export function FileTabs({ files: [own = '', ...kernel], shown, isEdited, onShow }: Props) {
  const t = useTexts();
  return (
    <Tabs className="editor-tabs" selectedKey={shown} onSelectionChange={(key) => onShow(String(key))}>
      <TabList className="tab-list editor-tab-list" aria-label={t('editor.files')}>
        <Tab id={own} className="tab">
          {own}
          {isEdited && (
            <>
              <i className="editor-dot" aria-hidden="true" />
              <span className="visually-hidden">{t('editor.edited')}</span>
            </>
          )}
        </Tab>
        {kernel.map((file) => (
          <Tab key={file} id={file} className="tab editor-kernel-tab">
            {file}
          </Tab>
        ))}
      </TabList>
    </Tabs>
  );
}
