// The Chinese texts, as one file to fetch.
export { default as narration } from './narration.json';
export { default as page } from './page.json';
