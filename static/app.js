// Starts the components of GOV.UK Frontend. Every page works without this.
import { initAll } from './vendor/govuk-frontend.min.js'

initAll()
