-- Why a message came back, in our words (mail/bounce-reasons.ts); empty for a complaint and for what came before this.
alter table delivery_report add reason text not null default '';
