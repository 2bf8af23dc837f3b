import type { Messengers } from "../domain/enrolment/messenger.ts";
import type { MessengerSettings } from "../messenger-settings.ts";
import { smsMessenger } from "./sms.ts";
import { smtpMessenger } from "./smtp.ts";

/** The ways of sending that the operator has set up. */
export const openMessengers = ({ smtp, sms }: MessengerSettings = {}): Messengers => ({
  email: smtp && smtpMessenger(smtp),
  sms: sms && smsMessenger(sms),
});
