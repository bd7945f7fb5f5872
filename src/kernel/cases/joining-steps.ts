import { Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import { type Transition, transition } from './define.ts'
import type { DeskSteps } from './desk-steps.ts'
import { agency, item, jointAgency, line, otherCase, reason, text, words } from './fields.ts'
import { absorb, release, splitOff } from './joining.ts'

/**
 * The steps that bind cases and agencies: two reports of one matter are merged, and parted again;
 * one letter with several matters is split; other agencies are asked for their view.
 */
export const joiningSteps = (desk: DeskSteps): Readonly<Record<string, Transition>> => ({
  merge: merge(desk),
  unmerge: unmerge(desk),
  absorb: absorbStep(),
  release: releaseStep(),
  split: split(desk),
  'ask-joint': askJoint(desk),
  'answer-joint': answerJoint(desk),
  'waive-joint': waiveJoint(desk),
})

const merge = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '併入另一案', en: 'Merge into another' },
    hint: {
      zh: '這案停止計時，兩位民眾都會收到後續通知；期限以先收件的為準。可以解除。',
      en: 'This one rests and both people hear of each step; the earlier receipt counts.',
    },
    from: [...working, 'returned'],
    to: 'merged',
    by: `${kind}.triage`,
    input: Type.Object({
      into: otherCase('併入的案號', 'Number of the case that goes on'),
      note: reason(),
    }),
    refuse: (file, input) =>
      file.row.no === input.into.trim()
        ? new Refused('case.same', 422, {
            zh: '不能併入自己。請填另一案的案號。',
            en: 'A case cannot be merged into itself. Give the other number.',
          })
        : undefined,
    patch: (file) => ({ state_before: file.row.state }),
    data: (input) => ({ into: input.into }),
    sentence: (data) => ({
      zh: `與 ${text(data.into)} 反映同一件事，併案辦理。`,
      en: `Merged into ${text(data.into)}, which reports the same.`,
    }),
    effect: (ctx, file, input, type) => absorb(ctx, type, file, input.into),
  })

const unmerge = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '解除併案', en: 'Part again' },
    from: ['merged'],
    to: (file) => file.row.state_before ?? working[0],
    by: `${kind}.triage`,
    primary: true,
    input: Type.Object({ note: reason() }),
    // It counts as if it had never rested: an error of the office costs the person no time.
    clocks: (file) => [{ revive: file.clocks.map((clock) => clock.kind) }],
    patch: () => ({ state_before: null, closed_at: null }),
    sentence: () => ({ zh: '解除併案，恢復單獨辦理。', en: 'Parted again; it goes on by itself.' }),
    effect: (ctx, file, _, type) => release(ctx, type, file),
  })

const absorbStep = () =>
  transition({
    title: { zh: '併入一案', en: 'Take in another' },
    from: 'open',
    by: 'system',
    input: Type.Object({ other: Type.String(), since: Type.String() }),
    clocks: (file, input) =>
      Date.parse(input.since) < +file.row.received_at ? [{ since: new Date(input.since) }] : [],
    data: (input) => ({ other: input.other, since: input.since }),
    sentence: (data) => ({
      zh: `${text(data.other)} 反映同一件事，併入本案。`,
      en: `${text(data.other)} reports the same and was merged into this.`,
    }),
  })

const releaseStep = () =>
  transition({
    title: { zh: '解除併入', en: 'Let another go' },
    from: 'any',
    by: 'system',
    input: Type.Object({ other: Type.String(), since: Type.String() }),
    clocks: (_, input) => [{ since: new Date(input.since) }],
    data: (input) => ({ other: input.other }),
    sentence: (data) => ({
      zh: `${text(data.other)} 解除併案。`,
      en: `${text(data.other)} was parted again.`,
    }),
  })

const split = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '分出一案', en: 'Split off a part' },
    hint: {
      zh: '一封信有幾件事時，各立一案、各有期限；都辦完才能答覆母案。',
      en: 'Each matter of a letter gets its own case and clock; all must end before the reply.',
    },
    from: [...working, 'returned'],
    by: `${kind}.triage`,
    input: Type.Object({
      item,
      subject: line('這部分的主旨', 'Subject of this part', 100),
      note: words('這部分的內容', 'What this part says'),
    }),
    data: (input) => ({ item: input.item }),
    sentence: (data, names) => ({
      zh: `其中「${names.item(text(data.item)).zh}」部分另立一案辦理。`,
      en: `The part about “${names.item(text(data.item)).en}” became a case of its own.`,
    }),
    effect: (ctx, file, input, type) => splitOff(ctx, type, file, input),
  })

const askJoint = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '會辦其他機關', en: 'Ask another agency' },
    hint: { zh: '主辦機關與期限不變。', en: 'The case and its clock stay here.' },
    from: working,
    by: `${kind}.work`,
    input: Type.Object({ agency, note: words('請對方表示什麼意見', 'What you ask them') }),
    refuse: (file, input) =>
      file.row.agency === input.agency || file.row.joint_open.includes(input.agency)
        ? new Refused('case.joint-again', 422, {
            zh: '這個機關已是主辦，或已在會辦中。請選其他機關。',
            en: 'This agency has the case or was asked already. Choose another.',
          })
        : undefined,
    patch: (file, input) => ({
      joint: [...new Set([...file.row.joint, input.agency])],
      joint_open: [...file.row.joint_open, input.agency],
    }),
    clocks: (file) =>
      file.row.joint_open.length > 0 ? [] : [{ start: { kind: 'joint', unit: 'wd', budget: 3 } }],
    data: (input) => ({ joint: input.agency }),
    sentence: (data, names) => ({
      zh: `會辦${names.agency(text(data.joint)).zh}。`,
      en: `${names.agency(text(data.joint)).en} was asked for its view.`,
    }),
  })

const answerJoint = ({ kind }: DeskSteps) =>
  transition({
    title: { zh: '回覆會辦意見', en: 'Give your view' },
    from: 'open',
    by: `${kind}.work`,
    joint: true,
    primary: true,
    when: ({ joint_open }) => joint_open.length > 0,
    input: Type.Object({ agency: jointAgency, note: words('本機關意見', 'Your view') }),
    refuse: (file, input) =>
      file.row.joint_open.includes(input.agency)
        ? undefined
        : new Refused('case.not-asked', 409, {
            zh: '沒有等待這個機關回覆的會辦。',
            en: 'This agency was not asked, or has answered.',
          }),
    patch: (file, input) => ({
      joint_open: file.row.joint_open.filter((one) => one !== input.agency),
    }),
    clocks: (file) => (file.row.joint_open.length > 1 ? [] : [{ stop: 'joint' }]),
    data: (input) => ({ joint: input.agency }),
    sentence: (data, names) => ({
      zh: `${names.agency(text(data.joint)).zh}回覆會辦意見。`,
      en: `${names.agency(text(data.joint)).en} gave its view.`,
    }),
  })

const waiveJoint = ({ kind, working }: DeskSteps) =>
  transition({
    title: { zh: '不等會辦意見', en: 'Go on without the views' },
    internal: true,
    when: ({ joint_open }) => joint_open.length > 0,
    from: working,
    by: `${kind}.triage`,
    input: Type.Object({ note: reason() }),
    refuse: (file) =>
      file.row.joint_open.length > 0
        ? undefined
        : new Refused('case.not-asked', 409, {
            zh: '沒有等待中的會辦。',
            en: 'No view is awaited.',
          }),
    patch: () => ({ joint_open: [] }),
    clocks: () => [{ stop: 'joint' }],
    sentence: () => ({ zh: '不再等待會辦意見。', en: 'Going on without the views asked for.' }),
  })
