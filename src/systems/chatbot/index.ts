import { defineSystem } from '../../system.ts'
import { annulAsked, declareService, importAsked } from './counted.ts'
import { chatbotFigures } from './figures.ts'
import { mountLine } from './line.ts'
import { chatbotMigrations } from './migrations.ts'
import { chatbotPages } from './pages/routes.tsx'
import { closeChat, listChats, openChat, replyInChat, takeChat } from './serve.ts'
import { backToBot, callPerson, choose, readChat, say } from './talk.ts'

/** S25 智能客服: answers of the knowledge base, forms and people, day and night. Section 五(六). */
export const chatbot = defineSystem({
  name: 'chatbot',
  title: { zh: '智能客服', en: 'Chatbot' },
  section: '5.6',
  permissions: {
    'chatbot.serve': { zh: '接手智能客服的對話', en: 'Serve conversations' },
    'chatbot.import': { zh: '匯入智能客服紀錄', en: 'Import records of the chatbot' },
  },
  migrations: chatbotMigrations,
  operations: [
    ...[say, choose, callPerson, backToBot, readChat],
    ...[listChats, openChat, takeChat, replyInChat, closeChat],
    ...[importAsked, annulAsked, declareService],
  ],
  topics: { chats: 'chatbot.serve' },
  figures: chatbotFigures,
  pages: chatbotPages,
  routes: mountLine,
  menu: [
    { href: '/desk/chats', label: { zh: '線上對話', en: 'Chats' }, permission: 'chatbot.serve' },
  ],
})
