import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { one } from '../../../core/db.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import type { CaseType } from '../define.ts'
import { handBackUntil } from '../desk-steps.ts'
import type { CaseRow } from '../file.ts'
import { type Nearby, nearbyCases } from '../followers.ts'
import { type Interaction, interactionsOf, wayTitles } from '../interactions.ts'
import { type Related, relatedCases } from '../parts.ts'
import type { Found } from './desk-case.tsx'

/** What stands around a case: its parts, what may be the same, who follows, what came in. */
export async function readAround(ctx: Ctx, type: CaseType, c: CaseRow) {
  const { followers } = await one(
    ctx.db,
    sql<{ followers: number }>`select count(*)::int as followers from cases.follower
      where case_id = ${c.id} and left_at is null`,
  )
  const spot = c.lat !== null && c.lon !== null ? { lat: c.lat, lon: c.lon } : null
  const near =
    spot && c.open
      ? await nearbyCases(ctx, type, { item: c.item, ...spot, words: c.body })
      : ([] as Nearby[])
  return {
    followers,
    related: await relatedCases(ctx, c.id),
    nearby: near.filter(({ no }) => no !== c.no),
    interactions: await interactionsOf(ctx, c.id),
  }
}

type AroundProps = { visit: Visit; type: CaseType; found: Found }

/** The boxes between the clocks and the steps; nothing where there is nothing to know. */
export const Around = (props: AroundProps) => {
  const { visit, type, found } = props
  const { view } = visit
  const { row: c, around, names } = found
  const until = c.open && found.ours ? handBackUntil(found.calendar, c) : null
  const agencies = (ids: readonly string[]) =>
    ids.map((id) => pick(names.agency(id), view.locale)).join(view.t('、', ', '))
  return (
    <>
      {until && until > found.now && c.state !== 'returned' ? (
        <p class="hint">
          {view.t('不是本機關權責的話，可退回至 ', 'Not yours? It can be handed back until ')}
          <When view={view} at={new Date(+until - 1)} time />
        </p>
      ) : null}
      {c.pending ? (
        <Notice tone="soon" title={view.t('展期待核准', 'More time awaits approval')}>
          <p>
            {view.t(`申請展延 ${c.pending.days} 天。`, `${c.pending.days} days were asked for.`)}
          </p>
        </Notice>
      ) : null}
      {c.joint_open.length > 0 ? (
        <Notice tone="info" title={view.t('會辦中', 'Views awaited')}>
          <p>{agencies(c.joint_open)}</p>
        </Notice>
      ) : null}
      {c.outside && c.state === 'forwarded' ? (
        <Notice tone="info" title={view.t('在外部單位', 'With a body outside')}>
          <p>{agencies([c.outside])}</p>
        </Notice>
      ) : null}
      {around.followers > 0 ? (
        <p>
          {view.t(
            `另有 ${around.followers} 人反映同一件事，每一步都會通知。`,
            `${around.followers} more report the same and hear of each step.`,
          )}
        </p>
      ) : null}
      <RelatedList view={view} type={type} related={around.related} found={found} />
      <NearbyList visit={visit} type={type} found={found} />
      <Interactions view={view} interactions={around.interactions} />
    </>
  )
}

const hows: Readonly<Record<Related['how'], Text>> = {
  whole: { zh: '母案', en: 'The whole' },
  part: { zh: '分案', en: 'Part' },
  'merged-into': { zh: '併入', en: 'Merged into' },
  merged: { zh: '併入本案', en: 'Merged into this' },
}

type RelatedProps = { view: View; type: CaseType; related: readonly Related[]; found: Found }

const RelatedList = ({ view, type, related, found }: RelatedProps) => {
  if (related.length === 0) return null
  return (
    <section>
      <h3>{view.t('相關案件', 'Related cases')}</h3>
      <ul class="plain">
        {related.map((one) => (
          <li key={one.no}>
            {pick(hows[one.how], view.locale)}{' '}
            <a href={view.href(`/desk/${one.kind}/${one.no}`)}>{one.no}</a>{' '}
            {pick(type.states[one.state]?.title ?? { zh: one.state, en: one.state }, view.locale)}
            {view.t('，', ', ')}
            {pick(found.names.agency(one.agency), view.locale)}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Open reports that may be the same, each with a button that merges this one into it. */
const NearbyList = ({ visit, type, found }: AroundProps) => {
  const { view, actor } = visit
  const { nearby } = found.around
  if (nearby.length === 0) return null
  const merges = type.transitions.merge
  const offers = merges?.from.includes(found.row.state) && may(actor, `${type.kind}.triage`)
  return (
    <Notice
      tone="soon"
      title={view.t(`附近有 ${nearby.length} 件可能重複`, `${nearby.length} may be the same`)}
    >
      <ul class="plain">
        {nearby.map((one) => (
          <li key={one.no}>
            <a href={view.href(`/desk/${one.kind}/${one.no}`)}>{one.no}</a>{' '}
            {pick(found.names.item(one.item), view.locale)}
            {view.t('，距離 ', ', ')}
            {Math.round(one.metres_away)}
            {view.t(' 公尺，', ' m away, ')}
            <When view={view} at={one.received_at} />
            {offers && found.ours ? (
              <Form view={view} action={`/desk/${type.kind}/${found.row.no}/merge`}>
                <input type="hidden" name="into" value={one.no} />
                <input
                  type="hidden"
                  name="note"
                  value={view.t('附近同一件事。', 'The same matter nearby.')}
                />
                <Buttons>
                  <Button>{view.t(`併入 ${one.no}`, `Merge into ${one.no}`)}</Button>
                </Buttons>
              </Form>
            ) : null}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

const speakers: Readonly<Record<string, Text>> = {
  citizen: { zh: '民眾', en: 'Person' },
  bot: { zh: '智能客服', en: 'Bot' },
  operator: { zh: '值機人員', en: 'Operator' },
}

type InteractionsProps = { view: View; interactions: readonly (Interaction & { id: string })[] }

/** Calls, chats and e-mails of the case, each opening to what was said. */
const Interactions = ({ view, interactions }: InteractionsProps) => (
  <>
    {interactions.map((one) => (
      <details class="step" key={one.id}>
        <summary>
          {pick(wayTitles[one.kind], view.locale)} <When view={view} at={one.at} time />{' '}
          {one.summary}
        </summary>
        <ol class="plain">
          {one.lines.map((line) => (
            <li key={`${line.at}${line.text}`}>
              <strong>{pick(speakers[line.who] ?? { zh: '', en: '' }, view.locale)}</strong>{' '}
              <span class="said">{line.text}</span>
            </li>
          ))}
        </ol>
      </details>
    ))}
  </>
)
