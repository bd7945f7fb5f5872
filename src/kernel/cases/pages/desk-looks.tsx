import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { CaseType } from '../define.ts'
import type { Party } from '../file.ts'
import { judgeLook, type Look, lookOperation, looksOf } from '../looks.ts'
import { LookForm } from './desk-facts.tsx'

/** Shows a secret identity once, on the answer to the form: no address leads to it. */
export async function lookPage(type: CaseType, visit: Visit): Promise<Answer> {
  const { view, params, form } = visit
  const no = params.no ?? ''
  const back = { href: `/desk/${type.kind}/${no}`, label: { zh: no, en: no } }
  try {
    const input = { case: no, reason: form.get('reason') }
    const party = (await visit.perform(lookOperation(type), input)) as Party
    const page = (
      <Page view={view} title={view.t('保密身分', 'Secret identity')} chrome="staff">
        <Breadcrumbs view={view} items={[back]} />
        <h1>{view.t('保密身分', 'Secret identity')}</h1>
        <Notice tone="soon" title={view.t('這次查看已留下紀錄', 'This look was kept')}>
          <p>{view.t('離開這一頁後要再看，需要再說明一次。', 'To see it again, give a reason.')}</p>
        </Notice>
        <SummaryList
          view={view}
          rows={[
            { label: { zh: '姓名', en: 'Name' }, answer: party.name },
            { label: { zh: '電話', en: 'Telephone' }, answer: party.phone },
            { label: { zh: '電子郵件', en: 'E-mail' }, answer: party.email },
          ]}
        />
      </Page>
    )
    return { page }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500 || error.status === 404) throw error
    const problem = pick(error.fields.reason ?? error.text, view.locale)
    const page = (
      <Page view={view} title={view.t('保密身分', 'Secret identity')} chrome="staff">
        <Breadcrumbs view={view} items={[back]} />
        <h1>{view.t('保密身分', 'Secret identity')}</h1>
        <LookForm view={view} type={type} no={no} value={form.get('reason')} problem={problem} />
      </Page>
    )
    return { page, status: error.status }
  }
}

/** The looks at secret identities that a supervisor judges. */
export async function looksPage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { view, actor } = visit
  const mine = types.filter(({ kind }) => may(actor, `${kind}.approve`))
  const looks = (
    await Promise.all(
      mine.map((type) => visit.read(`${type.kind}.approve`, (ctx) => looksOf(ctx, [type.kind]))),
    )
  ).flat()
  const page = (
    <Page view={view} title={view.t('保密身分的查看', 'Looks at secret identities')} chrome="staff">
      <h1>{view.t('保密身分的查看', 'Looks at secret identities')}</h1>
      <p class="soft">
        {view.t(
          '每次有人查看要求保密的陳情人，都會列在這裡，由主管覆核。',
          'Each look at someone who asked for secrecy stands here, for a supervisor to judge.',
        )}
      </p>
      {looks.length === 0 ? (
        <EmptyState title={view.t('還沒有人查看過', 'Nobody has looked yet')} />
      ) : (
        <ul class="plain looks">
          {looks.map((look) => (
            <LookItem key={look.id} visit={visit} look={look} />
          ))}
        </ul>
      )}
    </Page>
  )
  return { page }
}

const judgements: Readonly<Record<'needed' | 'questioned', Text>> = {
  needed: { zh: '有必要', en: 'Needed' },
  questioned: { zh: '有疑問', en: 'Questioned' },
}

const LookItem = ({ visit, look }: { visit: Visit; look: Look }) => {
  const { view, actor } = visit
  return (
    <li class="card">
      <p>
        <a href={view.href(`/desk/${look.kind}/${look.no}`)}>{look.no}</a> {look.name}{' '}
        <When view={view} at={look.at} time />
      </p>
      <p class="said">{look.reason}</p>
      {look.judged ? (
        <p class="soft">{pick(judgements[look.judged], view.locale)}</p>
      ) : look.person === actor.id ? (
        <p class="soft">{view.t('由其他主管覆核。', 'Another supervisor judges it.')}</p>
      ) : (
        <Form view={view} action={`/desk/looks/${look.kind}/${look.id}`}>
          <Buttons>
            {(['needed', 'questioned'] as const).map((judged) => (
              <Button key={judged} name="judged" value={judged}>
                {pick(judgements[judged], view.locale)}
              </Button>
            ))}
          </Buttons>
        </Form>
      )}
    </li>
  )
}

/** Takes a judgement. */
export async function judgePage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, form } = visit
  const type = types.find(({ kind }) => kind === params.kind)
  if (!type) return { to: '/desk/looks' }
  await visit.perform(judgeLook(type), { look: params.id, judged: form.get('judged') })
  return { to: '/desk/looks', flash: { zh: '已覆核。', en: 'Judged.' } }
}
