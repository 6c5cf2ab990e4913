// If a part of the page breaks while drawing: says so, and gives back what the person had.
import i18next from 'i18next';
import { Component, type ReactNode } from 'react';
import './broken.css';

interface Props {
  /** The link to what was on screen last. */
  linkOf: () => string;
  children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const link = this.props.linkOf();
    return (
      <main className="broken">
        <h1>{i18next.t('broken.title')}</h1>
        <p>{i18next.t('broken.text')}</p>
        <p>
          <a href={link}>{link}</a>
        </p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {i18next.t('broken.reload')}
        </button>
      </main>
    );
  }
}
