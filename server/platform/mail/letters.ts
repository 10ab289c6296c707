import type { Letter } from "@/server/platform/mail/letter";
import { compose, quoted } from "@/server/platform/mail/wording";

/** Every letter that Holdfast sends. Names are what people wrote; links are ours, addresses are checked when sent. */

interface Linked {
  to: string;
  link: string;
}

const time = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
const NOT_YOU = "If it was not you, do nothing: without this letter nobody can go on.";

/** Confirms an address; the link lives an hour. */
export const verificationLetter = ({ to, link }: Linked): Letter =>
  compose({
    to,
    subject: "Confirm your address for Holdfast",
    paragraphs: ["Somebody, probably you, made an account at Holdfast with this address."],
    action: { label: "Confirm this address", link },
    closing: ["The link works for an hour.", NOT_YOU],
  });

/** Sets a new password; the link lives an hour and works once. */
export const resetLetter = ({ to, link }: Linked): Letter =>
  compose({
    to,
    subject: "Set a new password for Holdfast",
    paragraphs: [
      "Somebody, probably you, asked for a new password for your account at Holdfast. Setting one ends all your sessions.",
    ],
    action: { label: "Set a new password", link },
    closing: ["The link works once, within an hour.", `${NOT_YOU} Your password stays as it is.`],
  });

/** To the owner of an account when somebody signs up with its address. */
export const knownAddressLetter = ({ to, link }: Linked): Letter =>
  compose({
    to,
    subject: "You have an account at Holdfast",
    paragraphs: [
      "Somebody, probably you, tried to make an account at Holdfast with this address. It has one already, and nothing was changed.",
      "Sign in with its password; if you do not know it, or never set one, choose a new one.",
    ],
    action: { label: "Choose a new password", link },
    closing: ["If it was not you, do nothing: nobody was told that you have an account."],
  });

interface Invitation extends Linked {
  workspaceName: string;
  inviterName: string;
  expiresAt: Date;
}

/** Asks somebody into a workspace. It reads the same whether the address has an account or not. */
export const invitationLetter = ({ to, workspaceName, inviterName, link, expiresAt }: Invitation): Letter =>
  compose({
    to,
    subject: "You are invited to a workspace in Holdfast",
    paragraphs: [
      `Somebody who goes by the name ${quoted(inviterName)} invites you to the workspace ${quoted(workspaceName)} in Holdfast.`,
    ],
    action: { label: "See the invitation", link },
    closing: [
      `It ends on ${time(expiresAt)}.`,
      "If you do not know who this is, do nothing: without you nothing comes of it.",
    ],
  });

interface NewDevice {
  to: string;
  at: Date;
  /** In our words, such as "Firefox on Windows". */
  device: string;
  /** The network of the address, such as 192.0.2.0/24. */
  network: string | null;
  link: string;
}

/** A sign-in from a device that was not known for the account. */
export const newDeviceLetter = ({ to, at, device, network, link }: NewDevice): Letter =>
  compose({
    to,
    subject: "New sign-in to your Holdfast account",
    paragraphs: [
      `Your account was signed in to on ${time(at)} with ${device}${network ? ` from the network ${network}` : ""}, a device that had not been used for it before.`,
      "If it was you, there is nothing to do.",
    ],
    action: { label: "It was not me: choose a new password", link },
    closing: ["A new password ends every session of your account."],
  });

/** After a password was changed or set anew. */
export const passwordChangedLetter = ({ to, at, link }: Linked & { at: Date }): Letter =>
  compose({
    to,
    subject: "Your Holdfast password was changed",
    paragraphs: [
      `The password of your account was changed on ${time(at)}.`,
      "If it was you, there is nothing to do.",
    ],
    action: { label: "It was not me: choose a new password", link },
    closing: ["A new password ends every session of your account."],
  });

interface SecurityAlert extends Linked {
  alerts: readonly { at: Date; rule: string; count: number }[];
}

const MOST_LINES = 20;

/** To the platform's admins, about alerts that can not wait. It says nothing of whom they are about: mail is no vault. */
export const securityAlertLetter = ({ to, link, alerts }: SecurityAlert): Letter => {
  const more = alerts.length - MOST_LINES;
  return compose({
    to,
    subject: "Security alert in Holdfast",
    paragraphs: [
      "Something in Holdfast needs an admin's eye:",
      ...alerts
        .slice(0, MOST_LINES)
        .map(
          ({ at, rule, count }) =>
            `${time(at)}: ${RULES[rule] ?? rule}${count > 1 ? ` (${count} times)` : ""}.`,
        ),
      ...(more > 0 ? [`And ${more} more.`] : []),
    ],
    action: { label: "Look at it in Holdfast", link },
  });
};

/** What the critical rules of `server/guard/alerts` saw, in words. */
const RULES: Record<string, string> = {
  accounts_tried: "one network tried the passwords of many accounts",
  cross_tenant_probing: "somebody tried again and again to reach what belongs to others",
  platform_admin_granted: "somebody became an admin of the platform",
  audit_seal_lag: "the audit trail is not being sealed",
  audit_chain_broken: "the audit trail was found altered, cut or replaced",
};
