// Addresses made from a link's hash: the page's, the embedded one, the snippet for other pages.

/** Longer links are cut by some chat programs. */
export const LONG_LINK = 2000;

type PageAddress = Pick<Location, 'origin' | 'pathname' | 'search'>;

/** The address of the page with this hash, not embedded. */
export function pageLink({ origin, pathname, search }: PageAddress, hash: string): string {
  const params = new URLSearchParams(search);
  params.delete('embed');
  const rest = params.size === 0 ? '' : `?${params}`;
  return `${origin}${pathname}${rest}${hash}`;
}

/** The address that shows stage and transport only. */
export function embedLink({ origin, pathname }: PageAddress, hash: string): string {
  return `${origin}${pathname}?embed${hash}`;
}

/** HTML for another page. */
export function embedSnippet(link: string, title: string): string {
  const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${quoted(link)}" title="${quoted(title)}" width="1100" height="680" loading="lazy"></iframe>`;
}

/** Whether an address asks for the embedded form. */
export function isEmbedded(search: string): boolean {
  return new URLSearchParams(search).has('embed');
}
