import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { transition } from './define.ts'
import { choice, reason, text } from './fields.ts'
import { priorityIn, priorityTitles } from './priority.ts'

/**
 * Says anew how pressing a case is, with the reason. Among staff: whoever reported it is not told,
 * and no deadline moves. Refuses the priority that it has.
 */
export const prioritiseStep = (kind: string) =>
  transition({
    title: { zh: '調整優先順序', en: 'Change the priority' },
    hint: {
      zh: '只影響收件匣的順序，不改期限，也不通知民眾。',
      en: 'It moves the case within the inbox only: no deadline, no word to the person.',
    },
    internal: true,
    from: 'open',
    by: `${kind}.triage`,
    input: Type.Object({
      priority: choice('優先順序', 'Priority', priorityTitles),
      note: reason(),
    }),
    refuse: (file, input) =>
      file.row.priority === input.priority
        ? new Refused('case.same-priority', 422, same, { priority: same })
        : undefined,
    patch: (file, input) => ({ priority: priorityIn(input.priority) ?? file.row.priority }),
    data: (input) => ({ priority: input.priority }),
    sentence: (data) => {
      const { zh, en } = priorityTitles[priorityIn(text(data.priority)) ?? 'normal']
      return { zh: `優先順序改為「${zh}」。`, en: `The priority is now “${en}”.` }
    },
  })

const same = { zh: '案件已經是這個優先順序。', en: 'The case has this priority already.' }
