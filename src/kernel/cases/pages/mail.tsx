import { Refused } from '../../../core/errors.ts'
import { may } from '../../../core/operation.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { LiveUpdates } from '../../../web/components/list-tools.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { CaseType } from '../define.ts'
import { dismissInteraction, fileInteraction, unfiledMail } from '../interactions-desk.ts'

const path = '/desk/mail'
const permission = 'cases.mail'

/** The letters that no case was found for: into a case, into a new one, or aside. */
export const mailPages = (types: readonly CaseType[]): readonly PageRoute[] => [
  { method: 'GET', path, permission, run: (visit) => mailPage(types, visit) },
  { method: 'POST', path: `${path}/:id`, permission, run: (visit) => settle(types, visit) },
]

const schema: ObjectSchema = {
  properties: {
    no: {
      type: 'string',
      maxLength: 30,
      title: { zh: '歸入案號', en: 'Number of its case' },
    },
  },
}

type Tried = { readonly id: string; readonly no: string; readonly errors: Errors }

async function mailPage(types: readonly CaseType[], visit: Visit, tried?: Tried): Promise<Answer> {
  const { view, actor } = visit
  const letters = await visit.read(permission, unfiledMail)
  const petitions = types.some(({ kind }) => kind === 'petitions')
  const title = view.t('待歸案的來信', 'Letters without a case')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <LiveUpdates view={view} events="/live?topic=mail" href={path} />
      {letters.length === 0 ? (
        <EmptyState title={view.t('沒有待處理的來信', 'No letter waits')}>
          <p>
            {view.t(
              '回覆案件通知的信會自動歸案；其他的會出現在這裡。',
              'Answers to our letters join their case by themselves; others appear here.',
            )}
          </p>
        </EmptyState>
      ) : (
        <ul class="plain">
          {letters.map((letter) => {
            const mine = tried?.id === letter.id ? tried : undefined
            return (
              <li class="card" key={letter.id}>
                <h2>{letter.summary || view.t('（無主旨）', '(no subject)')}</h2>
                <p class="soft">
                  <When view={view} at={letter.at} time />
                </p>
                <p class="said">{letter.lines.map(({ text }) => text).join('\n\n')}</p>
                <Form view={view} action={`${path}/${letter.id}`}>
                  <Fields
                    view={view}
                    schema={schema}
                    values={{ no: mine?.no ?? '' }}
                    errors={mine?.errors ?? {}}
                    form={letter.id}
                  />
                  <Buttons>
                    <Button name="wish" value="file">
                      {view.t('歸入這一案', 'File with it')}
                    </Button>
                    {petitions && may(actor, 'petitions.file-for') ? (
                      <ButtonLink href={view.href(`/desk/petitions/new?via=${letter.id}`)}>
                        {view.t('登錄為陳情', 'Enter as a petition')}
                      </ButtonLink>
                    ) : null}
                    <Button name="wish" value="dismiss">
                      {view.t('不處理', 'Put aside')}
                    </Button>
                  </Buttons>
                </Form>
              </li>
            )
          })}
        </ul>
      )}
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

async function settle(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { params, form } = visit
  const interaction = params.id ?? ''
  if (form.get('wish') === 'dismiss') {
    await visit.perform(dismissInteraction, { interaction })
    return { to: path, flash: { zh: '已放到一旁。', en: 'Put aside.' } }
  }
  const no = form.get('no')
  try {
    const filed = await visit.perform(fileInteraction, { interaction, no })
    return { to: path, flash: { zh: `已歸入 ${filed.no}。`, en: `Filed with ${filed.no}.` } }
  } catch (error) {
    if (!(error instanceof Refused) || Object.keys(error.fields).length === 0) throw error
    return mailPage(types, visit, { id: interaction, no, errors: error.fields })
  }
}
