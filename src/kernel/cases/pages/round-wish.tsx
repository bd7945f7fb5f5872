import { Button } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import type { CaseType } from '../define.ts'
import { shortlistOf } from '../round.ts'

type WishProps = { view: View; type: CaseType; no: string; listed: boolean; back?: 'round' }

/** The button that puts a case on one's own round or takes it off. */
export const RoundWish = ({ view, type, no, listed, back }: WishProps) => (
  <Form view={view} action={`/desk/${type.kind}/${no}/shortlist`}>
    <input type="hidden" name="wanted" value={listed ? '' : '1'} />
    {back ? <input type="hidden" name="back" value={back} /> : null}
    <Button>
      {listed
        ? view.t('移出我的巡查', 'Take off my round')
        : view.t('排入我的巡查', 'Put on my round')}
      <span class="sr-only">{` ${no}`}</span>
    </Button>
  </Form>
)

/** What that button does; back to where it was pressed. */
export async function shortlistPage(type: CaseType, visit: Visit): Promise<Answer> {
  const { params, form, perform } = visit
  const wanted = form.get('wanted') === '1'
  await perform(shortlistOf(type), { case: params.no, wanted })
  return {
    to: form.get('back') === 'round' ? '/desk/round' : `/desk/${type.kind}/${params.no}`,
    flash: wanted
      ? { zh: `${params.no} 已排入您的巡查。`, en: `${params.no} is on your round.` }
      : { zh: `${params.no} 已移出您的巡查。`, en: `${params.no} is off your round.` },
  }
}
