// Which Understudy this is: a run made by another one may come out differently.

/** The version in package.json. */
export const ENGINE_VERSION = '0.1.0';
