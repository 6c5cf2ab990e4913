// The programs that the computers of a run execute, each with what is known of its source.

import { type Image, RAM_BASE } from '../../isa/image.ts';
import type { ScenarioDocument } from '../../scenario/document.ts';
import { programPart, sourcesOf } from '../../scenario/program-part.ts';
import type { Run } from '../../timeline/run/run.ts';
import { programOf, type WorldConfig } from '../../world/base/config.ts';
import { dataAddress } from './data-address.ts';
import { createListing, type Listing } from './listing.ts';

export interface Program {
  readonly image: Image;
  readonly listing: Listing;
  /** Where its own data begin: the beginning of RAM where nobody can tell. */
  readonly dataAddress: number | undefined;
}

export interface Programs {
  /** What they are of. */
  readonly config: WorldConfig;
  /** A computer's, by its id. */
  of(id: string): Program;
}

/** Those of a run, as long as it has this configuration. Each is looked into once, when somebody asks for it. */
export function programsOf({ scenario, world: { config } }: Run): Programs {
  const known = new Map<Image, Program>();
  return {
    config,
    of(id) {
      const image = programOf(config, id);
      const program = known.get(image) ?? describe(image, scenario as ScenarioDocument, id);
      known.set(image, program);
      return program;
    },
  };
}

function describe(image: Image, document: ScenarioDocument, id: string): Program {
  const { files, own } = sourcesOf(programPart(document, id));
  const listing = createListing(image, files);
  return { image, listing, dataAddress: dataAddress(image, own) };
}

/** Where one begins to look at a program's memory. */
export const dataBegin = ({ dataAddress }: Program): number => dataAddress ?? RAM_BASE;
