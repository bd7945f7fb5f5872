import type { Page } from '../../../web/pages.ts'
import { chatPage, takeTurn } from './chat.tsx'
import { chatDesk, chatStep, queuePage } from './desk.tsx'

const permission = 'chatbot.serve'

/** The chat of citizens, and the desk of those who take over. */
export const chatbotPages: readonly Page[] = [
  { method: 'GET', path: '/chat', permission: 'public', run: (v) => chatPage(v) },
  { method: 'POST', path: '/chat', permission: 'public', run: takeTurn },
  { method: 'GET', path: '/desk/chats', permission, run: queuePage },
  { method: 'GET', path: '/desk/chats/:id', permission, run: (v) => chatDesk(v) },
  ...(['take', 'reply', 'close'] as const).map(
    (step): Page => ({
      method: 'POST',
      path: `/desk/chats/:id/${step}`,
      permission,
      run: (v) => chatStep(v, step),
    }),
  ),
]
