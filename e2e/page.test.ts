// The page opens, keeps to itself and works from any folder.
import path from 'node:path';
import { expect, type Page, test } from './test.ts';

/** Collects whatever the page complains about or asks others for, from now on. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return complaints;
}

test('the page opens without an error and without asking anybody else', async ({ page, baseURL }) => {
  const complaints = watch(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== baseURL)
      elsewhere.push(request.url());
  });
  await page.goto('/');
  await expect(page).toHaveTitle(/Understudy/);
  await expect(page.locator('#root')).not.toBeEmpty();
  await page.waitForLoadState('networkidle');
  expect(complaints).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test('the same build works in a folder of a site', async ({ page }) => {
  const complaints = watch(page);
  await page.route('http://127.0.0.1:*/courses/ft/**', (route) => {
    const file = new URL(route.request().url()).pathname.slice('/courses/ft/'.length) || 'index.html';
    return route.fulfill({ path: path.join('dist', file) });
  });
  await page.goto('/courses/ft/');
  await expect(page.locator('#root')).not.toBeEmpty();
  await page.waitForLoadState('networkidle');
  expect(complaints).toEqual([]);
});

test('the page publishes a policy that lets no script or style of others in', async ({ page }) => {
  await page.goto('/');
  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(policy).toHaveAttribute('content', /default-src 'none'/);
  await expect(policy).not.toHaveAttribute('content', /'unsafe-(inline|eval)'|https?:|\*/);
});
