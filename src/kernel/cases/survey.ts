import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import { type Ctx, systemActor } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { type Operation, operation, perform, read } from '../../core/operation.ts'
import { notify } from '../messages/messages.ts'
import type { CaseType } from './define.ts'
import { isDrawn, type Sample } from './survey-stats.ts'

const Plan = Type.Record(
  Type.String(),
  Type.Object({
    share: Type.Number({ minimum: 0, maximum: 1, description: 'share of finished cases asked' }),
    answerDays: Type.Integer({ minimum: 1 }),
  }),
)

/** Which share of the finished cases of a kind is asked, and for how long an answer counts. */
export const surveyPlan = (city: City) => city.read('survey.json', Plan)

/** A number in [0, 1) that a case has for ever and nobody can choose. */
export const lot = (secret: Buffer, caseId: string): number =>
  createHmac('sha256', secret).update(`survey:${caseId}`).digest().readUInt32BE(0) / 2 ** 32

type Finished = { id: string; kind: string; no: string; closed_at: Date }

/** Puts one case into the sample and writes to its person where there is an address. */
const draw = operation({
  name: 'cases.draw',
  title: { zh: '抽樣滿意度調查', en: 'Draw for the survey' },
  permission: 'cases.draw',
  input: Type.Object({ id: Type.String() }),
  run: async (ctx, { id }) => {
    const drawn = await row(
      ctx.db,
      sql<Finished>`insert into cases.survey (case_id, sampled_at, closed_at)
        select id, ${ctx.now}, closed_at from cases.case where id = ${id} and not open
        on conflict do nothing
        returning case_id as id, closed_at, (select kind from cases.case c where c.id = case_id),
          (select no from cases.case c where c.id = case_id)`,
    )
    ctx.recorded.count++ // drawn before: nothing to do
    if (!drawn) return
    await record(ctx, { record: id, type: `${drawn.kind}.surveyed` })
    await sql`select set_config('takao.party', ${id}, true)`.execute(ctx.db)
    const party = await row(
      ctx.db,
      sql<{ email: string | null; locale: 'zh' | 'en' }>`select email, locale
        from cases.party where case_id = ${id}`,
    )
    if (!party?.email) return
    const letter = {
      subject: { zh: `${drawn.no}：想聽您的意見`, en: `${drawn.no}: what did you think?` },
      body: {
        zh: '您的案件被隨機抽中滿意度調查，只有一題，請打開案件回答。',
        en: 'Your case was drawn at random for one question. Open it to answer.',
      },
    }
    const to = { channel: 'email', address: party.email, locale: party.locale } as const
    await notify(ctx, to, letter, { record: id, link: `/follow/${drawn.no}` })
  },
})

const pollster = systemActor('pollster')

/**
 * Every morning: of the cases finished one to eight days ago, those whose lot falls under the
 * kind's share. Chance alone decides: neither a person nor an agency can put a case in or out.
 */
export const surveyJob: Job = {
  queue: 'cases.survey',
  cron: '30 8 * * *',
  run: async (platform) => {
    const plan = surveyPlan(platform.city)
    const now = +platform.now()
    const day = 86_400_000
    const ended = await read(platform, pollster, 'cases.draw', (ctx) =>
      rows(
        ctx.db,
        sql<Finished>`select c.id, c.kind, c.no, c.closed_at from cases.case c
          where c.kind = any (${Object.keys(plan)}::text[]) and not c.open
            and c.closed_at >= ${new Date(now - 8 * day)} and c.closed_at < ${new Date(now - day)}
            and c.state not in ('annulled', 'merged', 'withdrawn')
            and not exists (select from cases.survey s where s.case_id = c.id)`,
      ),
    )
    for (const { id, kind } of ended)
      if (isDrawn(lot(platform.config.secret, id), plan[kind]?.share ?? 0))
        await perform(platform, draw, pollster, { id })
  },
}

/** Answers the survey of a case, once, by who holds its code. */
export const answerSurvey = (type: CaseType): Operation =>
  operation({
    name: `${type.kind}.answer-survey`,
    title: { zh: `${type.title.zh}：滿意度`, en: `${type.title.en}: satisfaction` },
    permission: 'public',
    input: Type.Object({
      case: Type.String({ maxLength: 30 }),
      score: Type.Integer({ minimum: 1, maximum: 5, description: '1 very bad, 5 very good' }),
      words: Type.String({ maxLength: 1000, default: '' }),
    }),
    run: async (ctx, { case: no, score, words }) => {
      const found = await row(
        ctx.db,
        sql<{ id: string; sampled_at: Date; answered_at: Date | null }>`
          select c.id, s.sampled_at, s.answered_at
          from cases.case c join cases.survey s on s.case_id = c.id
          where c.no = ${no} and c.kind = ${type.kind}
            and c.secret_hash = any (core.secrets())`,
      )
      if (!found) throw notFound({ zh: '這一案的調查', en: 'a survey of this case' })
      const { answerDays } = surveyPlan(ctx.city)[type.kind] ?? { answerDays: 30 }
      const late = +ctx.now - +found.sampled_at > answerDays * 86_400_000
      if (found.answered_at || late)
        throw new Refused('survey.over', 409, {
          zh: late ? '調查已經截止，謝謝您。' : '已經收到您的回答，謝謝您。',
          en: late ? 'The survey has ended. Thank you.' : 'We have your answer. Thank you.',
        })
      await sql`update cases.survey set answered_at = ${ctx.now}, score = ${score},
          words = ${words} where case_id = ${found.id}`.execute(ctx.db)
      const data = { score }
      await record(ctx, { record: found.id, type: `${type.kind}.rated`, data, personal: [words] })
    },
  })

/** What the samples of a kind say, whole and by agency, of cases finished within two instants. */
export const samples = (ctx: Ctx, kind: string, from: Date, to: Date) =>
  rows(
    ctx.db,
    sql<Sample & { agency: string | null }>`
      select case grouping(c.agency) when 0 then c.agency end as agency,
        count(*)::int as drawn, count(s.answered_at)::int as answered,
        count(*) filter (where s.score >= 4)::int as satisfied,
        avg(s.score)::float8 as mean
      from cases.survey s join cases.case c on c.id = s.case_id
      where c.kind = ${kind} and s.closed_at >= ${from} and s.closed_at < ${to}
      group by grouping sets ((), (c.agency)) having count(*) > 0
      order by grouping(c.agency) desc, 2 desc, 1`,
  )
