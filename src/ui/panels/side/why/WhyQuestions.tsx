// The questions about what is selected, and the answer to the one that was asked last.
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { WhyView } from '../../../../worker/time-views.ts';
import { useApp, useFrame, useTexts, useView } from '../../../app/context.tsx';
import { questionsOf, type WhyQuestion } from './queries.ts';
import { WhyChain } from './Why.tsx';

export default function WhyQuestions() {
  const selection = useView((state) => state.selection);
  const questions = useFrame((frame) => (selection === null ? [] : questionsOf(selection, frame)));
  return <Questions about={JSON.stringify(selection)} questions={questions} />;
}

/** `about` tells one thing from another: an answer goes with what it was about. */
export function Questions({ about, questions }: { about: string; questions: readonly WhyQuestion[] }) {
  const t = useTexts();
  const { session } = useApp();
  const [why, setWhy] = useState<WhyView | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is about what was selected
  useEffect(() => setWhy(null), [about]);
  async function ask({ query }: WhyQuestion): Promise<void> {
    session.pause();
    const answer = await session.ask({ kind: 'why', query }, 'why');
    if (answer?.kind === 'why') setWhy(answer.why);
  }
  if (questions.length === 0) return null;
  return (
    <div className="why-questions">
      {questions.map((question) => (
        <Button key={question.key} className="button" onPress={() => void ask(question)}>
          {t(`why.${question.key}`)}
        </Button>
      ))}
      {why !== null && <WhyChain {...why} />}
    </div>
  );
}
