"use client";

import { UserRound } from "lucide-react";
import { useMemo } from "react";
import { useMe } from "@/app/_shell/me";
import { Avatar } from "@/app/_ui/avatar";
import { useMembers } from "../_data/members";
import { type Choice, ChoiceMenu } from "../_properties/choice-menu";

const NOBODY: Choice<string> = {
  value: "nobody",
  label: "No assignee",
  icon: (
    <span className="grid size-5 shrink-0 place-items-center rounded-full border border-line-strong border-dashed text-ink-faint">
      <UserRound aria-hidden="true" className="size-3!" />
    </span>
  ),
};

interface AssigneeMenuProps {
  assigneeId: string | null;
  onChoose: (assigneeId: string | null) => void;
  readOnly?: boolean;
  look?: "inline" | "field";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** Whose task it is. Nobody stands first, then the caller. */
export function AssigneeMenu({ assigneeId, onChoose, ...rest }: AssigneeMenuProps) {
  const { members, nameOf } = useMembers();
  const { userId } = useMe();
  const choices = useMemo(() => {
    const people = members.map((member) => person(member.userId, member.name, member.userId === userId));
    const unknown = assigneeId !== null && !members.some((member) => member.userId === assigneeId);
    return [NOBODY, ...(unknown ? [person(assigneeId, nameOf(assigneeId), false)] : []), ...people];
  }, [assigneeId, members, nameOf, userId]);
  return (
    <ChoiceMenu
      {...rest}
      name="Assignee"
      quiet={assigneeId === null && rest.look !== "field"}
      value={assigneeId ?? NOBODY.value}
      choices={choices}
      onChoose={(value) => onChoose(value === NOBODY.value ? null : value)}
    />
  );
}

function person(value: string, name: string, you: boolean): Choice<string> {
  return { value, label: you ? `${name} (you)` : name, icon: <Avatar name={name} size="xs" /> };
}
