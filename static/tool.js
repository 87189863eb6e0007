// The audit tool's script: saves answers as they are typed, keeps them in this browser until they are saved,
// shows what another window saved, and lets a hand stay on the keyboard. The pages work without it.

const IDLE = 800 // milliseconds without a key before a text is saved
const LATEST = 1500 // and at the latest, while somebody goes on typing
const MOST_UNANSWERED = 10
const KEEPALIVE_LIMIT = 60000 // browsers refuse more on a page that closes

class Tool {
  constructor (root) {
    this.root = root
    this.form = root.querySelector('form[data-answers]')
    this.served = this.form?.elements.served
    this.address = `${root.dataset.base}/answers`
    this.prefix = `answers:${root.dataset.person}:${root.dataset.base}:`
    this.key = this.prefix + Math.random().toString(36).slice(2)
    this.state = root.querySelector('[data-save-state]')
    this.marks = Object.fromEntries((this.served?.value || '').split(' ').filter(Boolean).map(word => word.split(/\.(?=[^.]*$)/)))
    this.unsaved = new Map() // field: { was, own, now }
    this.held = new Set() // fields that wait for the person: a clash, or something that cannot be kept
    this.busy = null
    this.pause = 0
    this.offline = false
    this.leaving = false
  }

  start () {
    this.adopt()
    if (this.form) {
      this.form.addEventListener('input', event => this.typed(event.target))
      this.form.addEventListener('submit', event => this.submit(event))
      this.form.addEventListener('keydown', event => this.pressed(event))
    }
    window.addEventListener('online', () => this.send())
    window.addEventListener('pagehide', () => this.close())
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.close() })
  }

  // A field is what the server keeps as one answer; a group of boxes can be one field or several.
  read (control) {
    if (control.name === 'themes') return ['theme-' + control.value, control.checked ? control.value : '']
    if (control.type === 'checkbox') {
      const ticked = [...this.form.querySelectorAll(`[name="${CSS.escape(control.name)}"]:checked`)]
      return [control.name, ticked.map(box => box.value).join('\n')]
    }
    return [control.name, control.value]
  }

  controls (field) {
    if (!this.form) return []
    if (field.startsWith('theme-')) return [...this.form.querySelectorAll(`[name="themes"][value="${CSS.escape(field.slice(6))}"]`)]
    return [...this.form.querySelectorAll(`[name="${CSS.escape(field)}"]`)]
  }

  write (field, text) {
    for (const control of this.controls(field)) {
      if (control.type === 'radio' || control.type === 'checkbox') control.checked = text.split('\n').includes(control.value)
      else control.value = text
    }
  }

  typed (control) {
    if (!control.name || control.type === 'hidden') return
    const [field, now] = this.read(control)
    this.change(field, now)
    if (control.type === 'radio' || control.type === 'checkbox') this.send()
    else this.soon()
  }

  change (field, now, was) {
    const before = this.unsaved.get(field)
    this.unsaved.set(field, { was: was ?? before?.was ?? this.marks[field] ?? '', own: was === undefined ? before?.own ?? [] : [], now })
    this.held.delete(field)
    this.keep()
  }

  // What is not saved stays in this browser, also when the page is closed or the session has ended.
  keep () {
    try {
      if (this.unsaved.size) localStorage.setItem(this.key, JSON.stringify([...this.unsaved]))
      else localStorage.removeItem(this.key)
    } catch { /* A full or forbidden store: the answers are still on the page. */ }
  }

  // Take over what an earlier page, now closed, could not save. Saving the same text twice changes nothing.
  adopt () {
    const found = []
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.prefix)) found.push([key, localStorage.getItem(key)])
    } catch { return }
    for (const [key, text] of found) {
      for (const [field, change] of JSON.parse(text)) {
        this.unsaved.set(field, change)
        this.write(field, change.now)
      }
      this.keep()
      localStorage.removeItem(key)
    }
    if (this.unsaved.size) this.send().then(() => { if (!this.form && !this.unsaved.size) location.reload() })
  }

  soon () {
    clearTimeout(this.timer)
    this.first ??= Date.now()
    this.timer = setTimeout(() => this.send(), Math.max(0, Math.min(IDLE, this.first + LATEST - Date.now())))
  }

  pending () {
    return [...this.unsaved].filter(([field]) => !this.held.has(field))
  }

  body (pending) {
    return JSON.stringify({ page: this.root.dataset.page || '', answers: Object.fromEntries(pending) })
  }

  // One request at a time, so that what was typed later is saved later.
  async send () {
    clearTimeout(this.timer)
    while (this.busy) await this.busy
    const pending = this.pending()
    this.first = undefined
    if (!pending.length) return
    this.busy = this.exchange(pending).finally(() => { this.busy = null })
    await this.busy
    if (this.pending().some(([field, change]) => pending.every(([sent, old]) => sent !== field || old.now !== change.now))) this.soon()
  }

  async exchange (pending) {
    const body = this.body(pending)
    // Until an answer comes, nobody knows whether this was saved: the next save says that it may have been.
    for (const [field, change] of pending) this.unsaved.set(field, { ...this.unsaved.get(field), own: sentTexts(change) })
    this.keep()
    let response, answer
    try {
      response = await fetch(this.address, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })
      answer = await response.json()
      this.offline = false
    } catch {
      this.offline = true
      return this.later('Not saved yet: there is no connection. What you typed is kept in this browser, and is saved when the connection is back.')
    }
    if (!answer.marks) return this.refused(response.status, answer)
    this.pause = 0
    this.settle(pending, answer)
  }

  settle (pending, answer) {
    for (const [field, sent] of pending) {
      if (field in answer.refused || field in answer.clashes) { this.held.add(field); continue }
      const now = this.unsaved.get(field)
      this.marks[field] = answer.marks[field] || ''
      if (now.now === sent.now) this.unsaved.delete(field)
      else this.unsaved.set(field, { was: this.marks[field], own: [], now: now.now })
    }
    for (const [field, text] of Object.entries(answer.values)) {
      this.marks[field] = answer.marks[field] || ''
      if (!this.unsaved.has(field)) this.write(field, text)
    }
    this.keep()
    if (this.served) this.served.value = Object.entries(this.marks).filter(([, mark]) => mark).map(pair => pair.join('.')).join(' ')
    this.show(answer)
  }

  show (answer) {
    const waits = this.held.size
    this.say(waits ? `${waits === 1 ? 'One answer is' : waits + ' answers are'} not saved. See the message beside ${waits === 1 ? 'it' : 'them'}.` : `Saved at ${answer.saved}`)
    const progress = answer.progress && this.root.querySelector('[data-progress]')
    const open = progress ? [...progress.querySelectorAll('details')].map(part => part.open) : []
    if (progress) {
      progress.innerHTML = answer.progress
      progress.querySelectorAll('details').forEach((part, place) => { part.open = open[place] || false })
    }
    this.form?.querySelectorAll('[data-remark], [data-message]').forEach(old => {
      if (old.dataset.remark in answer.remarks) return
      if (!this.held.has(old.dataset.message)) old.remove()
    })
    for (const [field, sentence] of Object.entries(answer.remarks)) this.remark(field, sentence)
    for (const [field, sentence] of Object.entries(answer.refused)) this.message(field, sentence)
    for (const [field, clash] of Object.entries(answer.clashes)) this.clash(field, clash)
  }

  group (field) {
    return this.controls(field)[0]?.closest('.govuk-form-group')
  }

  remark (field, sentence) {
    const group = this.group(field)
    if (!group || this.form.querySelector(`[data-remark="${CSS.escape(field)}"]`)) return
    group.after(made('div', { class: 'govuk-inset-text', 'data-remark': field, role: 'status' }, sentence))
  }

  message (field, sentence, ...more) {
    const group = this.group(field)
    if (!group) return
    group.querySelector('[data-message]')?.remove()
    group.prepend(made('div', { 'data-message': field, role: 'alert' }, made('p', { class: 'govuk-error-message' }, made('span', { class: 'govuk-visually-hidden' }, 'Error: '), sentence), ...more))
  }

  clash (field, clash) {
    const mine = made('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, 'Keep what is here')
    const theirs = made('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, 'Take the other')
    const saved = made('div', { class: 'govuk-inset-text' }, made('p', { class: 'govuk-body govuk-!-margin-bottom-1' }, 'Saved in the other window:'), made('p', { class: 'govuk-body app-as-typed app-breakable' }, clash.saved || '(nothing)'))
    this.message(field, clash.sentence, saved, made('div', { class: 'govuk-button-group' }, mine, theirs))
    const choose = text => {
      this.group(field)?.querySelector('[data-message]')?.remove()
      this.write(field, text)
      this.marks[field] = clash.mark
      this.change(field, text, clash.mark)
      this.controls(field)[0]?.focus()
      this.send()
    }
    mine.addEventListener('click', () => choose(this.unsaved.get(field).now))
    theirs.addEventListener('click', () => choose(clash.value))
  }

  refused (status, problem) {
    if (status >= 500 || status === 429) return this.later('Not saved yet: the service is busy. What you typed is kept in this browser, and is sent again by itself.')
    const here = encodeURIComponent(location.pathname)
    const more = status === 401 ? made('a', { class: 'govuk-link', href: `/sign-in?next=${here}` }, 'Sign in again') : ''
    this.say(`Not saved. ${status === 401 ? 'You have been signed out. What you typed is kept in this browser. ' : problem.detail + ' What you typed is kept in this browser.'}`, more)
  }

  later (sentence) {
    this.say(sentence)
    this.pause = Math.min(30000, (this.pause || 1000) * 2)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), this.pause)
  }

  // What is not saved is said in a way that is not overlooked.
  say (sentence, ...more) {
    if (!this.state || (this.state.textContent === sentence && !more.length)) return
    this.state.replaceChildren(sentence, ...more)
    this.state.classList.toggle('app-save-state--not', !sentence.startsWith('Saved'))
  }

  close () {
    const pending = this.pending()
    if (!pending.length || this.leaving) return
    const body = this.body(pending)
    if (body.length > KEEPALIVE_LIMIT) return // It is in this browser, and is saved when the case is opened again.
    for (const [field, change] of pending) this.unsaved.set(field, { ...change, own: sentTexts(change) })
    this.keep()
    fetch(this.address, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body, keepalive: true }).catch(() => {})
  }

  // A form that is sent while a save is under way would clash with it. Without a connection the page stays, with what was typed.
  async submit (event) {
    if (this.leaving || (!this.busy && !this.pending().length)) return
    event.preventDefault()
    await this.send()
    if (this.pending().length && (this.held.size || this.offline)) return
    this.leaving = true
    this.form.requestSubmit(event.submitter)
  }

  // Single keys act on a standard that has the focus, and never in a text (WCAG 2.1.4).
  pressed (event) {
    const here = event.target
    const inText = here.matches('textarea, input[type="text"]')
    if (event.key === 'Enter' && event.ctrlKey) return this.move(event, here, 1)
    if (inText || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'n') return this.move(event, here, 1)
    if (event.key === 'p') return this.move(event, here, -1)
    if (event.key === 'e') return this.focus(event, here.closest('section, .govuk-form-group')?.querySelector('textarea'))
    if (event.key === '?') return this.focus(event, this.open(this.root.querySelector('[data-keys]')))
    const choices = [...(here.closest('fieldset')?.querySelectorAll('input[type="radio"], input[type="checkbox"]') || [])]
    const chosen = choices[Number(event.key) - 1]
    if (!chosen || !/^[1-9]$/.test(event.key)) return
    event.preventDefault()
    chosen.focus()
    chosen.click()
  }

  move (event, here, step) {
    const parts = [...this.form.querySelectorAll('section.app-standard')]
    const groups = parts.length ? parts : [...this.form.querySelectorAll(':scope > .govuk-form-group')]
    const at = groups.findIndex(part => part.contains(here))
    const next = groups[at + step]
    const target = next?.querySelector('input:checked') || next?.querySelector('input, textarea') || (step > 0 ? this.form.querySelector('button[type="submit"], button:not([type])') : null)
    this.focus(event, target)
  }

  open (part) {
    if (part) part.open = true
    return part?.querySelector('summary')
  }

  focus (event, target) {
    if (!target) return
    event.preventDefault()
    target.focus()
  }
}

// The texts that may have reached the server without an answer; of many the last, or a day without a connection would fill the store.
function sentTexts (change) {
  return [...new Set([...change.own, change.now])].slice(-MOST_UNANSWERED)
}

function made (name, attributes, ...inside) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...inside)
  return element
}

const root = document.querySelector('[data-base][data-person]')
if (root) new Tool(root).start()
