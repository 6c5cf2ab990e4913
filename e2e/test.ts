// The journeys' `test`: Playwright's, on a slower processor where UNDERSTUDY_THROTTLE says how many times slower.
import { type Browser, type BrowserContext, test as base, type Page } from '@playwright/test';

export { expect, type Page } from '@playwright/test';

const rate = Number(process.env.UNDERSTUDY_THROTTLE ?? 1);

export const test = base.extend<object, { browser: Browser }>({
  browser: [
    async ({ browser }, use) => {
      if (rate > 1) slowDown(browser);
      await use(browser);
    },
    { scope: 'worker' },
  ],
});

/** Every page from now on, also in contexts that a journey makes by itself. */
function slowDown(browser: Browser): void {
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.on('page', (page) => void throttle(context, page));
    return context;
  };
}

async function throttle(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}
