import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  Kbd,
  Notification,
  Radio,
  SegmentedControl,
  Skeleton,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { IconCheck, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Tag } from '../api/client.ts';
import { InitialsAvatar } from '../ui/initials-avatar.tsx';
import { EmptyState } from '../ui/states.tsx';
import { TagChip } from '../ui/tag-chip.tsx';
import { colors, tagColors } from '../ui/tokens.ts';
import { RowParts } from './row-parts.tsx';

/** All parts of the interface on one page, in development only; `npm run pictures` compares it with its pictures. */
export function Parts() {
  return (
    <main style={{ maxWidth: 760, padding: 24 }}>
      <Colors />
      <Type />
      <Buttons />
      <Fields />
      <Marks />
      <Messages />
      <Part name="rows-compact">
        <RowParts density="compact" />
      </Part>
      <Part name="rows-comfortable">
        <RowParts density="comfortable" />
      </Part>
    </main>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section data-part={name} style={{ padding: '16px 0' }}>
      <Text size="xs" c="var(--text-muted)" mb="xs">
        {name}
      </Text>
      {children}
    </section>
  );
}

function Colors() {
  const cssName = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return (
    <Part name="colours">
      <Group gap="xs">
        {Object.keys(colors).map((name) => (
          <div key={name} style={{ width: 104 }}>
            <div
              style={{
                height: 32,
                border: '1px solid var(--border)',
                borderRadius: 6,
                background: `var(${cssName(name)})`,
              }}
            />
            <Text size="xs">{name}</Text>
          </div>
        ))}
      </Group>
    </Part>
  );
}

function Type() {
  return (
    <Part name="type">
      <Stack gap={4}>
        <Title order={1}>Title of a page, 20 px</Title>
        <Title order={2}>Title of a section, 16 px</Title>
        <Text>Words of a message, 14 px: 1,204 Größe, où, œuvre</Text>
        <Text size="sm">Lists and fields, 13 px</Text>
        <Text size="xs" c="var(--text-muted)">
          Times and remarks, 12 px
        </Text>
      </Stack>
    </Part>
  );
}

function Buttons() {
  return (
    <Part name="buttons">
      <Group gap="xs">
        <Button>Send</Button>
        <Button variant="default">Cancel</Button>
        <Button variant="subtle" color="gray">
          Tag
        </Button>
        <Button color="red">Delete</Button>
        <Button variant="outline" color="red" c="var(--error)">
          Delete
        </Button>
        <Button disabled>Saved</Button>
        <Button leftSection={<IconCheck size={14} />} size="xs">
          Done
        </Button>
        <Kbd size="xs">e</Kbd>
      </Group>
    </Part>
  );
}

function Fields() {
  return (
    <Part name="fields">
      <Stack gap="xs" maw={320}>
        <TextInput label="Name" placeholder="Acme Support" />
        <TextInput label="Address" defaultValue="no address" error="This is no email address." />
        <Textarea label="Notes" defaultValue="What colleagues should know" />
        <Checkbox label="Remember" defaultChecked />
        <Radio label="In Postroom" defaultChecked />
        <Switch label="By mail too" defaultChecked />
        <SegmentedControl data={['System', 'Light', 'Dark']} defaultValue="Light" />
      </Stack>
    </Part>
  );
}

function Marks() {
  return (
    <Part name="marks">
      <Group gap="xs">
        {Object.keys(tagColors).map((color) => (
          <TagChip key={color} tag={{ id: color, name: color, color: color as Tag['color'] }} />
        ))}
        <Badge size="sm" variant="default" tt="none">
          Automatic
        </Badge>
      </Group>
      <Group gap="xs" mt="xs">
        {['Ana Silva', 'Oskar Lund', 'Mia Keller', 'نور حداد'].map((name) => (
          <InitialsAvatar key={name} name={name} />
        ))}
        <InitialsAvatar name="Acme Support" kind="address" />
        <InitialsAvatar name="Ana Silva" size={40} />
        <InitialsAvatar name="Ana Silva" size={18} />
      </Group>
    </Part>
  );
}

function Messages() {
  return (
    <Part name="messages">
      <Stack gap="xs">
        <Notification title="Ana Silva wrote" withCloseButton={false}>
          Where is my parcel?
        </Notification>
        <Alert color="yellow" variant="light">
          Google is not set up yet.
        </Alert>
        <Skeleton h={40} animate={false} />
        <EmptyState icon={IconInbox} title="Nothing is waiting" text="Mail appears here within a second.">
          <Button mt="xs" variant="default">
            Show all
          </Button>
        </EmptyState>
      </Stack>
    </Part>
  );
}
